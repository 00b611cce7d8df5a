/** A pattern covers another only where every path of the other is its own. */
import picomatch from 'picomatch';
import { describe, expect, test } from 'vitest';
import { coversPath } from '../../kernel/scope/match-path.ts';

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
  ['**/*.ts', 'src/*.ts'],
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

describe('X13 containment is never claimed where a path escapes', () => {
  const segments = ['a', 'b', '.a', '*', '**', 'a*', '?'];
  const names = ['a', 'b', '.a', 'ab', 'c'];
  const upTo = (parts: readonly string[], depth: number): readonly string[] =>
    depth === 0
      ? []
      : parts.flatMap((part) => [part, ...upTo(parts, depth - 1).map((rest) => `${part}/${rest}`)]);
  const patterns = upTo(segments, 3);
  const paths = upTo(names, 4);

  test(`${patterns.length} patterns against each other over ${paths.length} paths`, () => {
    const matched = new Map(
      patterns.map((pattern) => {
        const isMatch = picomatch(pattern, { dot: true, windows: false });
        return [pattern, new Set(paths.filter((path) => isMatch(path)))];
      }),
    );
    const pathsOf = (pattern: string) => matched.get(pattern) ?? new Set<string>();
    const escaping: string[] = [];
    let covered = 0;
    for (const granted of patterns) {
      for (const required of patterns) {
        if (!coversPath(granted, required)) continue;
        covered += 1;
        const within = pathsOf(granted);
        const needed = pathsOf(required);
        if ([...needed].some((path) => !within.has(path))) escaping.push(`${granted} ${required}`);
      }
    }
    expect(escaping).toEqual([]);
    expect(covered).toBeGreaterThan(patterns.length);
  });

  test('every pattern covers itself', () => {
    expect(patterns.filter((pattern) => !coversPath(pattern, pattern))).toEqual([]);
  });
});
