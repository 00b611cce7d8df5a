/** The size rules fire one line or column past the limit, and not before. */
import { describe, expect, test } from 'vitest';
import { COLUMNS_MAX, FILE_LINES_MAX, FUNCTION_LINES_MAX } from './data/size-limits.ts';
import { checkSizes } from './rules/sizes.ts';

const check = (path: string, text: string): readonly string[] =>
  checkSizes([{ path, text }]).map(({ rule }) => rule);

const lines = (count: number): string => 'f();\n'.repeat(count);
const wide = (columns: number): string => `f('${'x'.repeat(columns - "f('');".length)}');`;

describe.each([
  ['function', 'function f() {\n', '}'],
  ['method', 'class A { m() {\n', '}}'],
  ['arrow', 'const f = () => {\n', '};'],
  ['function expression', 'const f = function () {\n', '};'],
])('%s', (_, open, close) => {
  const long = open + lines(FUNCTION_LINES_MAX - 1) + close;
  const whole = open + lines(FUNCTION_LINES_MAX - 2) + close;

  test('fires past the limit and passes at it', () => {
    expect(check('kernel/a.ts', long)).toEqual(['function-size']);
    expect(check('kernel/a.ts', whole)).toEqual([]);
  });
});

test.each([
  ['a file past the limit', 'src/a.ts', lines(FILE_LINES_MAX + 1), ['file-size']],
  ['a file at the limit', 'src/a.ts', lines(FILE_LINES_MAX), []],
  ['a line past the limit', 'src/a.ts', wide(COLUMNS_MAX + 1), ['columns']],
  ['a line at the limit', 'src/a.ts', wide(COLUMNS_MAX), []],
  ['a wide line of a fixture', 'fixtures/a.ts', wide(COLUMNS_MAX + 1), []],
  ['a hand-laid table', 'src/a.ts', `// prettier-ignore\n${wide(COLUMNS_MAX + 1)}`, []],
  [
    'a wide line behind a hand-laid table',
    'src/a.ts',
    `// prettier-ignore\nf();\n${wide(COLUMNS_MAX + 1)}`,
    ['columns'],
  ],
  [
    'a long callback in a test',
    'tests/a.test.ts',
    `describe('a', () => {\n${lines(FUNCTION_LINES_MAX)}});`,
    [],
  ],
  [
    'a long function in a test',
    'tests/a.test.ts',
    `function f() {\n${lines(FUNCTION_LINES_MAX)}}`,
    ['function-size'],
  ],
])('%s', (_, path, text, expected) => {
  expect(check(path, text)).toEqual(expected);
});
