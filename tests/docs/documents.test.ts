/**
 * Every `ts` block of the root documents compiles against the sources, and every `ts run` block
 * runs against the built package and prints what its `// =>` comments say.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PATHS, ROOT, source } from '../tidy/sources.ts';
import { blocksOf, promisedLines, type Block } from './blocks.ts';
import { runProgram } from './run-program.ts';

const DOCUMENTS = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md'];

const blocks = DOCUMENTS.filter((path) => PATHS.includes(path)).flatMap((path) =>
  blocksOf(path, source(path).text),
);
const programs = blocks.filter(({ isRun }) => isRun);

/** Below `dist/`, so that the blocks are inside the package (its name resolves) and not tracked. */
let folder: string;

beforeAll(() => {
  mkdirSync(join(ROOT, 'dist'), { recursive: true });
  folder = mkdtempSync(join(ROOT, 'dist', 'docs-'));
  for (const block of blocks) writeFileSync(fileOf(block), placed(block));
  const config = { extends: '../../tsconfig.json', include: ['*.ts'], exclude: [] };
  const compilerOptions = { rootDir: '../..', noUnusedLocals: false };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ ...config, compilerOptions }));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const fileOf = ({ name }: Block): string => join(folder, `${name.replace(/\.md:/, '-')}.ts`);

/** Puts the block on the lines that it has in its document, so that errors name those. */
const placed = ({ line, text }: Block): string => '\n'.repeat(line) + text;

test('the README shows a program that runs', () => {
  expect(programs.map(({ name }) => name)).toContainEqual(expect.stringMatching(/^README/));
});

test('every block compiles', () => {
  expect(blocks.length).toBeGreaterThan(0);
  expect(compile()).toBe('');
});

/** Answers the compiler's complaints, one per line. */
function compile(): string {
  const compiler = join(ROOT, 'node_modules/tsc7/bin/tsc');
  try {
    return execFileSync(process.execPath, [compiler, '-p', folder], { encoding: 'utf8' });
  } catch (thrown) {
    return String((thrown as { readonly stdout: unknown }).stdout);
  }
}

test.each(programs)('$name prints what it promises', async (program) => {
  expect(existsSync(join(ROOT, 'dist/src')), 'npm run build comes first').toBe(true);
  expect(promisedLines(program.text), 'mark what it prints with // =>').not.toEqual([]);
  expect(await runProgram(fileOf(program))).toEqual(promisedLines(program.text));
});
