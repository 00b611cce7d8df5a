/** How the built program starts: with what it needs and no more, and with the modules it lends. */
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openDesk } from '../support/desk.ts';
import { runProgram } from '../support/program.ts';

/** The packages that a call of the program loaded, as V8's coverage lists their files. */
async function packagesOf(...words: readonly string[]): Promise<ReadonlySet<string>> {
  const folder = await mkdtemp(join(tmpdir(), 'troupe-loaded-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await runProgram({ folder, environment: { NODE_V8_COVERAGE: folder } }, ...words);
  const [name = ''] = await readdir(folder);
  const { result } = JSON.parse(await readFile(join(folder, name), 'utf8')) as {
    readonly result: readonly { readonly url: string }[];
  };
  const found = result.map(({ url }) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1]);
  return new Set(found.filter((each) => each !== undefined));
}

test.each([[['--help']], [['--version']], [['run', '--help']]])(
  '%j loads nothing but the argument parser',
  async (words) => {
    expect([...(await packagesOf(...words))]).toEqual(['commander']);
  },
);

test('the machines are shown without a store or a provider', async () => {
  const packages = await packagesOf('machines', 'show');
  expect(packages).toContain('xstate');
  expect(packages).not.toContain('undici');
  expect(packages).not.toContain('level');
});

describe('a tool module imports troupe and zod', () => {
  test('from the program, where the workspace has not installed them', async () => {
    const desk = await openDesk();
    const { exit, out, err } = await runProgram(desk, 'config', 'check');
    expect({ exit, err }).toEqual({ exit: 0, err: '' });
    expect(out).toContain('notes:write');
  });

  test('from the workspace, where it has', async () => {
    const desk = await openDesk();
    await mkdir(join(desk.folder, 'node_modules', 'troupe'), { recursive: true });
    await desk.write('node_modules/troupe/package.json', '{"exports":"./index.mjs"}');
    const loud = `export const defineTool = () => { throw new Error('a copy of its own'); };`;
    await desk.write('node_modules/troupe/index.mjs', loud);
    const { exit, err } = await runProgram(desk, 'config', 'check');
    expect(exit).toBe(2);
    expect(err).toContain('CONFIGURATION_ERROR: Tool module tools/notes.mts: a copy of its own');
  });

  test('and no other package of the program', async () => {
    const desk = await openDesk();
    await desk.write('tools/notes.mts', `import 'commander';\nexport const tools = [];\n`);
    const { exit, err } = await runProgram(desk, 'config', 'check');
    expect(exit).toBe(2);
    expect(err).toMatch(/Tool module tools\/notes\.mts: Cannot find package 'commander'/);
  });
});

test('what a tool module prints goes beside the answer', async () => {
  const desk = await openDesk();
  await desk.write('tools/notes.mts', `console.log('hello');\nexport const tools = [];\n`);
  const { exit, out, err } = await runProgram(desk, 'config', 'check', '--json');
  expect({ exit, err }).toEqual({ exit: 0, err: 'hello\n' });
  expect(JSON.parse(out)).toMatchObject({ ok: true });
});

test('a tool module that waits for what never comes is no success', async () => {
  const desk = await openDesk();
  const text = `await new Promise(() => {});\nexport const tools = [];\n`;
  await desk.write('tools/notes.mts', text);
  for (const words of [
    ['config', 'check'],
    ['run', 'hello'],
    ['cancel', 's1'],
  ]) {
    const { exit, out, err } = await runProgram(desk, ...words);
    expect({ exit, out }).toEqual({ exit: 70, out: '' });
    expect(err).toMatch(/^UNEXPECTED: A tool module waits for what never comes\n/);
  }
});

test('what a tool module throws behind our back is a message, and no trace', async () => {
  const desk = await openDesk();
  const text = `setImmediate(() => { throw new Error('late'); });\nexport const tools = [];\n`;
  await desk.write('tools/notes.mts', text);
  const { exit, err } = await runProgram(desk, 'run', 'hello');
  expect(exit).toBe(70);
  expect(err).toMatch(/^UNEXPECTED: late\nThis is a defect: set TROUPE_DEBUG=1/);
});
