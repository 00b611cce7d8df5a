/** The harness of the documentation: blocks are found, and failures are not swallowed. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { blocksOf, promisedLines } from './blocks.ts';
import { runProgram } from './run-program.ts';

const folder = mkdtempSync(join(tmpdir(), 'troupe-blocks-'));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function program(text: string): string {
  const path = join(folder, 'program.mjs');
  writeFileSync(path, text);
  return path;
}

test('ts blocks are found with their lines, other blocks are not', () => {
  const fence = '```';
  const document = [
    'text',
    `${fence}ts`,
    'const a = 1;',
    fence,
    `${fence}sh`,
    'npm ci',
    fence,
    `${fence}ts run`,
    'console.log(1); // => 1',
    fence,
  ].join('\n');
  expect(blocksOf('README.md', document)).toEqual([
    { name: 'README.md:2', line: 2, text: 'const a = 1;\n', isRun: false },
    { name: 'README.md:8', line: 8, text: 'console.log(1); // => 1\n', isRun: true },
  ]);
});

test('promises are what stands behind the arrows, in order', () => {
  expect(promisedLines('a(); // => 1\nb(); // no arrow\n// => two words \n')).toEqual([
    '1',
    'two words',
  ]);
});

test('a program answers the lines that it printed', async () => {
  expect(await runProgram(program('console.log(1); console.log("two words");'))).toEqual([
    '1',
    'two words',
  ]);
  expect(await runProgram(program(''))).toEqual([]);
});

test('a program that fails is a failure, with its own words', async () => {
  await expect(runProgram(program('throw new Error("broken on purpose")'))).rejects.toThrow(
    'broken on purpose',
  );
});

test('a program sees no credentials of whoever runs the tests', async () => {
  const names = await runProgram(program('console.log(Object.keys(process.env).join());'));
  expect(names).toEqual(['PATH']);
});
