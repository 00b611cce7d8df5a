/** A code that nothing answers with, or that no test names, is found. */
import { expect, test } from 'vitest';
import { checkErrorCodes } from './rules/error-codes.ts';

const use = `throw new RuntimeError('STORE_LOCKED', 'a');`;

const check = (published: string, tested: string, testPath = 'tests/a.test.ts') =>
  checkErrorCodes(
    ['STORE_LOCKED'],
    [
      { path: 'kernel/error-table.ts', text: use },
      { path: 'src/a.ts', text: published },
    ],
    [{ path: testPath, text: tested }],
  ).map(({ message }) => message);

const unused = 'STORE_LOCKED: nothing answers with it: use it or remove it';
const untested = 'STORE_LOCKED: no test names it: provoke it in one';

test.each([
  ['used and tested', use, `expect(code).toBe('STORE_LOCKED')`, []],
  ['neither', '', '', [unused, untested]],
  ['mentioned in comments', '// STORE_LOCKED', '// STORE_LOCKED', [unused, untested]],
  ['part of longer texts', `f('STORE_LOCKED_TOO')`, `f('a STORE_LOCKED')`, [unused, untested]],
])('%s', (_, published, tested, expected) => {
  expect(check(published, tested)).toEqual(expected);
});

test('the tests of the house do not count', () => {
  expect(check(use, use, 'tests/tidy/a.test.ts')).toEqual([untested]);
});
