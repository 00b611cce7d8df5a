/**
 * A workspace.yaml that somebody got wrong, in every place and by seed: it is refused, or nothing
 * that it governs is weaker than before. What a reader of the file would call a change of the rules
 * (another tool, another number, a rule taken out) is no mistake, and stands in no table here.
 */
import { describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { seededRandom } from 'troupe/testing';
import { parseWorkspace } from 'troupe/config';
import { strictness, WORKSPACE } from './governed-config.ts';

const DATA: unknown = parse(WORKSPACE);
const BASE = parseWorkspace(WORKSPACE).config;
const BEFORE = BASE ? strictness(BASE) : [];

/** Whether a text is refused with problems, or nothing that it says is weaker than the base. */
function isHeld(text: string): boolean {
  const { config, problems } = parseWorkspace(text);
  if (!config) return problems.length > 0;
  return strictness(config).every((measure, index) => measure >= (BEFORE[index] ?? 0));
}

type Path = readonly (string | number)[];

function* pathsOf(node: unknown, path: Path = []): Generator<Path> {
  if (path.length > 0) yield path;
  if (typeof node !== 'object' || node === null) return;
  for (const [key, value] of Object.entries(node)) {
    yield* pathsOf(value, [...path, Array.isArray(node) ? Number(key) : key]);
  }
}

const PATHS = [...pathsOf(DATA)];
const KEYS = PATHS.filter((path) => typeof path.at(-1) === 'string');

type Holder = Record<string | number, unknown>;
type Mistake = (holder: Holder, key: string | number) => void;

const renamed =
  (rename: (key: string) => string): Mistake =>
  (holder, key) => {
    const value = holder[key];
    Reflect.deleteProperty(holder, key);
    // A key of its own, whatever it is named.
    Object.defineProperty(holder, rename(String(key)), { value, enumerable: true });
  };
const set =
  (value: (before: unknown) => unknown): Mistake =>
  (holder, key) => {
    holder[key] = value(holder[key]);
  };

const MISSPELT: Readonly<Record<string, Mistake>> = {
  'a letter short': renamed((key) => key.slice(0, -1)),
  'with a blank': renamed((key) => `${key} `),
  'with hyphens': renamed((key) => `-${key.replaceAll('_', '-')}`),
  'with a letter that looks the same': renamed((key) => key.replace(/[aeo]/, '\u0430')),
  'under what all objects have': renamed(() => '__proto__'),
};

const isText = (value: unknown): boolean => typeof value === 'string';
const RETYPED: Readonly<Record<string, Mistake>> = {
  nothing: set(() => null),
  'an empty text': set(() => ''),
  'a list of it': set((before) => [before]),
  'an object of it': set((before) => ({ value: before })),
  'a number': set((before) => (typeof before === 'number' ? String(before) : 0)),
  'yes or no': set((before) => (typeof before === 'boolean' ? 'yes' : true)),
  'a text': set((before) => (isText(before) ? { [String(before)]: true } : JSON.stringify(before))),
};

/** The text with mistakes in it, each at its place. */
function mistaken(mistakes: readonly (readonly [Path, Mistake])[]): string {
  const copy = structuredClone(DATA);
  for (const [path, mistake] of mistakes) {
    const holder = path.slice(0, -1).reduce<unknown>((node, part) => {
      return typeof node === 'object' && node !== null ? (node as Holder)[part] : undefined;
    }, copy);
    const key = path.at(-1);
    if (typeof holder === 'object' && holder !== null && key !== undefined) {
      mistake(holder as Holder, key);
    }
  }
  return stringify(copy);
}

const weakened = (mistake: Mistake, paths: readonly Path[]): readonly string[] =>
  paths.filter((path) => !isHeld(mistaken([[path, mistake]]))).map((path) => path.join('.'));

test('the workspace holds back something of each kind, and what is taken out of it is seen', () => {
  expect(new Set(BEFORE).size).toBeGreaterThan(9);
  const changes: readonly (readonly [string, string])[] = [
    ['decision: deny, tools: [files:delete]', 'decision: allow, tools: [files:delete]'],
    ['quorum: 2', 'quorum: 1'],
    ['docs/public/**, access: read', 'docs/**, access: read'],
    ["tools: ['deploy:*']", "tools: ['deploy:x']"],
    ['max_turns_per_session: 5', 'max_turns_per_session: 50'],
    ["network_default: 'off'", 'network_default: full'],
  ];
  expect(changes.filter(([found, put]) => isHeld(WORKSPACE.replace(found, put)))).toEqual([]);
});

describe('a key that is written otherwise never weakens anything:', () => {
  test.each(Object.entries(MISSPELT))('%s', (_, mistake) => {
    expect(weakened(mistake, KEYS)).toEqual([]);
  });
});

describe('a value of another type never weakens anything:', () => {
  test.each(Object.entries(RETYPED))('%s', (_, mistake) => {
    expect(weakened(mistake, PATHS)).toEqual([]);
  });
});

test('a line that stands twice never weakens anything', () => {
  const lines = WORKSPACE.split('\n');
  const twice = lines.map((line, at) => lines.toSpliced(at, 0, line).join('\n'));
  expect(lines.filter((_, at) => !isHeld(twice[at] ?? ''))).toEqual([]);
});

test('several mistakes at once never weaken anything, whatever the seed', () => {
  const mistakes = [...Object.values(MISSPELT), ...Object.values(RETYPED)];
  const broken = Array.from({ length: 200 }, (_, seed) => seed).filter((seed) => {
    const random = seededRandom(seed);
    const pick = <Item>(items: readonly Item[]): Item =>
      items[Math.floor(random() * items.length)] as Item;
    const made = Array.from({ length: 2 }, () => [pick(KEYS), pick(mistakes)] as const);
    return !isHeld(mistaken(made));
  });
  expect(broken).toEqual([]);
});
