/**
 * Every place of the example gets every kind of wrong value, and the text itself gets damaged:
 * nothing throws, and nothing is accepted that means something else than what is written.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { parseWorkspace, type WorkspaceConfig } from '../../config/index.ts';
import { configOf } from './support/told.ts';

type Path = readonly (string | number)[];

const EXAMPLE = readFileSync(
  new URL('../../config/workspace.example.yaml', import.meta.url),
  'utf8',
);
const DATA: unknown = parse(EXAMPLE);
const CONFIG = configOf(EXAMPLE);
const PLACES = [...pathsOf(DATA, [])];
const VALUES = [
  null,
  true,
  0,
  -1,
  1.5,
  2e9,
  '',
  ' ',
  'other',
  '../x',
  [],
  [[]],
  ['a'],
  {},
  { a: 1 },
];

/** Every path of a tree: of its leaves, its lists and its mappings. */
function* pathsOf(node: unknown, path: Path): Generator<Path> {
  yield path;
  if (Array.isArray(node)) {
    for (const [index, item] of node.entries()) yield* pathsOf(item, [...path, index]);
  } else if (isMapping(node)) {
    for (const [key, value] of Object.entries(node)) yield* pathsOf(value, [...path, key]);
  }
}

function isMapping(node: unknown): node is Record<string, unknown> {
  return typeof node === 'object' && node !== null && !Array.isArray(node);
}

function kindOf(value: unknown): string {
  if (value === null) return 'nothing';
  return Array.isArray(value) ? 'list' : typeof value;
}

const valueAt = (tree: unknown, path: Path): unknown =>
  path.reduce<unknown>((node, part) => (node as Record<string | number, unknown>)[part], tree);

/** A copy of a tree with another value at a path. */
function withValue(tree: unknown, [part, ...rest]: Path, value: unknown): unknown {
  if (part === undefined) return value;
  if (Array.isArray(tree)) {
    return tree.map((item: unknown, index) =>
      index === part ? withValue(item, rest, value) : item,
    );
  }
  const mapping = tree as Record<string, unknown>;
  return { ...mapping, [part]: withValue(mapping[part], rest, value) };
}

/** The config, or undefined together with the promise that there are problems to read. */
function parsed(text: string): WorkspaceConfig | undefined {
  const { config, problems } = parseWorkspace(text);
  expect(config === undefined).toBe(problems.length > 0);
  const lines = text.split('\n').length;
  for (const { line, column, message, remedy } of problems) {
    expect(line).toBeGreaterThanOrEqual(1);
    expect(line).toBeLessThanOrEqual(lines);
    expect(column).toBeGreaterThanOrEqual(1);
    expect(message).not.toBe('');
    expect(remedy).not.toBe('');
  }
  return config;
}

test('the example has places enough for this to mean something', () => {
  expect(PLACES.length).toBeGreaterThan(100);
});

/** What an argument is compared with may be of any kind, as arguments are. */
const OF_ANY_KIND = /\.(?:equals|not_equals|value|(?:not_)?in\.\d+)$/;

describe('a value of another type is a problem', () => {
  const typed = PLACES.filter((path) => !OF_ANY_KIND.test(path.join('.')));
  test.each(typed.map((path) => [path.join('.') || 'the root', path] as const))('%s', (_, path) => {
    const original = kindOf(valueAt(DATA, path));
    const accepted = VALUES.filter((value) => kindOf(value) !== original).filter(
      (value) => parsed(JSON.stringify(withValue(DATA, path, value))) !== undefined,
    );
    expect(accepted).toEqual([]);
  });
});

describe('a value of the same type is a problem, or is all that changes', () => {
  const leaves = PLACES.filter((path) => !['list', 'object'].includes(kindOf(valueAt(DATA, path))));

  test.each(leaves.map((path) => [path.join('.'), path] as const))('%s', (_, path) => {
    const original = valueAt(DATA, path);
    for (const value of VALUES.filter((other) => kindOf(other) === kindOf(original))) {
      const config = parsed(JSON.stringify(withValue(DATA, path, value)));
      if (config) expect(withValue(config, path, original)).toEqual(CONFIG);
    }
  });
});

describe('a key that is gone is a problem, or falls back to what is documented', () => {
  const keys = PLACES.filter((path) => typeof path.at(-1) === 'string');

  test.each(keys.map((path) => [path.join('.'), path] as const))('%s', (_, path) => {
    const config = parsed(JSON.stringify(withValue(DATA, path, undefined)));
    if (config) expect(withValue(config, path, valueAt(CONFIG, path))).toEqual(CONFIG);
  });
});

describe('damaged text', () => {
  /** Deterministic numbers from 0 up to 1 (mulberry32), so that a failure can be repeated. */
  function randomFrom(seed: number): () => number {
    let state = seed;
    return () => {
      state = (state + 0x6d2b79f5) | 0;
      let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
      mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    };
  }

  const SPLINTERS = [
    '',
    ' ',
    '\n',
    '\t',
    ':',
    '- ',
    '{',
    ']',
    '"',
    '&a ',
    '*a',
    '#',
    '!!',
    '\0',
    '--- ',
  ];

  test.each(Array.from({ length: 150 }, (_, seed) => seed))('seed %i', (seed) => {
    const random = randomFrom(seed);
    let text = EXAMPLE;
    for (let wounds = 1 + Math.floor(random() * 4); wounds > 0; wounds -= 1) {
      const start = Math.floor(random() * text.length);
      const end = start + Math.floor(random() * 8);
      const splinter = SPLINTERS[Math.floor(random() * SPLINTERS.length)] ?? '';
      text = text.slice(0, start) + splinter + text.slice(end);
    }
    parsed(text);
  });
});
