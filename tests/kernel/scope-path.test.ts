/** A pattern covers another only where every path of the other is its own. */
import { describe, expect, test } from 'vitest';
import { coversPath, intersectPaths, matchesPath } from '../../kernel/scope/paths.ts';

test.each([
  ['src/**', 'src/**'],
  ['src/**', 'src/a.ts'],
  ['src/**', 'src/a/b/*.ts'],
  ['src/**', './src//a/./b'],
  ['src/**', 'src'],
  ['src/', 'src'],
  ['**', '.agent-runtime/**'],
  ['**', '.env'],
  ['*', '.env'],
  ['.agent-runtime/**', '.agent-runtime/workflow/**'],
  ['packages/*/src/**', 'packages/core/src/a/**'],
  ['**/notes/**', 'a/notes/b/**'],
  ['*.md', 'README.md'],
  ['a?c', 'abc'],
  ['**/*.ts', 'src/*.ts'],
])('%s covers %s', (granted, required) => expect(coversPath(granted, required)).toBe(true));

test.each([
  ['src/**', 'srcs/a'],
  ['src/*', 'src/a/b'],
  ['src/*', 'src/*/b'],
  ['src/a/**', 'src/**'],
  ['src/**', '**'],
  ['src/**', '*/a'],
  ['src/*', 'src/**'],
  ['*.md', '*.ts'],
  ['a', 'a/**'],
  ['**/*.ts', 'src/*'],
  ['a.b/*', 'axb/c'],
  ['a+/*', 'aa/c'],
  ['^a/*', 'a/c'],
  ['a$/*', 'a/c'],
  ['@a/*', 'a/c'],
  ['~a/*', 'a/c'],
])('%s does not cover %s', (granted, required) =>
  expect(coversPath(granted, required)).toBe(false),
);

describe('patterns that are refused cover nothing and are not covered', () => {
  test.each([
    '../evil',
    'src/../../evil',
    'src/..',
    '..',
    '/etc/passwd',
    'C:/windows',
    'c:evil',
    'src\\..\\evil',
    '!src/**',
    'src/!(a)',
    'src/{a,../../b}',
    'src/[a-z]',
    'src/a|etc/passwd',
    'src/(a|b)',
    'src/"*"',
    'src/a\0b',
    'src/a**',
    '***',
    '.',
    './',
    '/',
    '',
    'a/'.repeat(600),
  ])('%j', (pattern) => {
    expect(coversPath('**', pattern)).toBe(false);
    expect(coversPath(pattern, 'src/a')).toBe(false);
    expect(coversPath(pattern, pattern)).toBe(false);
  });
});

const segments = ['a', 'b', '.a', '*', '**', 'a*', '*b', '?'];
const names = ['a', 'b', '.a', 'ab', 'c'];
const upTo = (parts: readonly string[], depth: number): readonly string[] =>
  depth === 0
    ? []
    : parts.flatMap((part) => [part, ...upTo(parts, depth - 1).map((rest) => `${part}/${rest}`)]);
const patterns = upTo(segments, 3);
const paths = upTo(names, 4);
/** The reference model: what a pattern matches, as a regular expression. */
function modelOf(pattern: string): RegExp {
  const segment = (text: string) =>
    text === '*'
      ? '[^/]+'
      : text.replaceAll('.', '\\.').replaceAll('*', '[^/]*').replaceAll('?', '[^/]');
  const step = (text: string) => (text === '**' ? '(?:/[^/]+)*' : `/${segment(text)}`);
  return new RegExp(`^${pattern.split('/').map(step).join('')}$`);
}

const matched = new Map(
  patterns.map((pattern) => {
    const model = modelOf(pattern);
    return [pattern, new Set(paths.filter((path) => model.test(`/${path}`)))];
  }),
);
const pathsOf = (pattern: string): ReadonlySet<string> => matched.get(pattern) ?? new Set();
/** Every pattern against a third of the others, so that each pair of kinds meets. */
const pairs = patterns.flatMap((a, at) =>
  patterns.filter((_, other) => (at + other) % 3 === 0).map((b) => [a, b] as const),
);

test(`${patterns.length} patterns match of ${paths.length} paths what the model does`, () => {
  const different = patterns.filter((pattern) => {
    const found = new Set(paths.filter((path) => matchesPath(pattern, path)));
    return found.symmetricDifference(pathsOf(pattern)).size > 0;
  });
  expect(different).toEqual([]);
});

describe('X13 containment is never claimed where a path escapes', () => {
  test(`${patterns.length} patterns against each other over ${paths.length} paths`, () => {
    const escaping = pairs
      .filter(([granted, required]) => coversPath(granted, required))
      .filter(([granted, required]) => !pathsOf(required).isSubsetOf(pathsOf(granted)));
    expect(escaping).toEqual([]);
  });

  test('and is seen for most that contain each other', () => {
    const containing = pairs.filter(([granted, need]) =>
      pathsOf(need).isSubsetOf(pathsOf(granted)),
    );
    const seen = containing.filter(([granted, need]) => coversPath(granted, need));
    expect(seen.length / containing.length).toBeGreaterThan(0.5);
  });

  test('every pattern covers itself', () => {
    expect(patterns.filter((pattern) => !coversPath(pattern, pattern))).toEqual([]);
  });
});

describe('an intersection matches exactly what both match', () => {
  test(`${pairs.length} pairs of patterns over ${paths.length} paths`, () => {
    const inexact: string[] = [];
    for (const [a, b] of pairs) {
      const met = intersectPaths([a], [b]);
      const both = pathsOf(a).intersection(pathsOf(b));
      const found = new Set(met.flatMap((pattern) => [...pathsIn(pattern)]));
      if (both.symmetricDifference(found).size > 0) inexact.push(`${a} ${b}: ${met.join(' ')}`);
    }
    expect(inexact).toEqual([]);
  });

  test.each([
    ['a/*/c', 'a/b/*', ['a/b/c']],
    ['**/*.ts', 'src/**', ['src/**/*.ts']],
    ['**/x/**', '**/y/**', ['**/x/**/y/**', '**/y/**/x/**']],
    ['src/**', 'src/a/*.ts', ['src/a/*.ts']],
    ['src/**', 'docs/**', []],
    ['**', '.env', ['.env']],
  ])('%s and %s', (a, b, met) => expect(intersectPaths([a], [b])).toEqual(met));

  test('what would be too many patterns is granted to nobody', () => {
    const tangled = (letter: string) => `*${letter}`.repeat(20);
    expect(intersectPaths([tangled('a')], [tangled('b')])).toEqual([]);
  });
});

/** An intersection may hold patterns that are in no list: those are matched one by one. */
function pathsIn(pattern: string): ReadonlySet<string> {
  const known = matched.get(pattern);
  if (known) return known;
  const model = modelOf(pattern);
  const found = new Set(paths.filter((path) => model.test(`/${path}`)));
  matched.set(pattern, found);
  return found;
}
