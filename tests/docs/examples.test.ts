/** Every program of fixtures/examples runs on the built package and prints what it promises. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PATHS, ROOT, source } from '../tidy/sources.ts';
import { promisedLines } from './blocks.ts';
import { runProgram } from './run-program.ts';

const examples = PATHS.filter((path) => /^fixtures\/examples\/[^/]+\.ts$/.test(path));

test('there are examples, numbered in the order of reading', () => {
  const numbers = examples.toSorted().map((path) => Number(/\/(\d\d)-/.exec(path)?.[1]));
  expect(numbers).not.toEqual([]);
  expect(numbers).toEqual(numbers.map((_, index) => index + 1));
});

test.each(examples)('%s', async (path) => {
  const promised = promisedLines(source(path).text);
  expect(existsSync(join(ROOT, 'dist/src')), 'npm run build comes first').toBe(true);
  expect(promised, 'mark what it prints with // =>').not.toEqual([]);
  expect(await runProgram(join(ROOT, path))).toEqual(promised);
});
