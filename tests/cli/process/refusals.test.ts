/** The built program where it cannot do what was asked: one clear message and a documented exit. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLevelStore } from 'troupe/adapters';
import { describeError } from 'troupe/kernel';
import { startModelServer, type ModelServer } from 'troupe/testing';
import { expect, onTestFinished, test } from 'vitest';
import { runProgram, startProgram } from '../support/program.ts';

async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'troupe-program-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

const STACK_TRACE = /^\s+at .+:\d+:\d+/m;

test.each([
  [['launch'], 2, /USAGE: unknown command 'launch'/],
  [['run'], 2, /USAGE: run: name a message/],
  [['run', 'hello'], 2, /CONFIG_NOT_FOUND: /],
  [['sessions', 'list', '--store', 'nowhere'], 2, /USAGE: There is no store/],
  [['approvals', 'approve'], 2, /USAGE: missing required argument 'request'/],
])('%j exits with %i and says why', async (words, exit, told) => {
  const ended = await runProgram({ folder: await emptyFolder() }, ...words);
  expect(ended).toMatchObject({ exit, out: '' });
  expect(ended.err).toMatch(told);
  expect(ended.err).not.toMatch(STACK_TRACE);
});

test.each([
  [['sessions', 'show', 's1'], 3, 'SESSION_NOT_FOUND'],
  [['evidence', 'verify', '../../etc'], 3, 'SESSION_NOT_FOUND'],
  [['approvals', 'approve', '__proto__'], 3, 'APPROVAL_NOT_FOUND'],
  [['cancel', 's1'], 3, 'SESSION_NOT_FOUND'],
  [['init'], 2, 'USAGE'],
])('%j in a new workspace exits with %i', async (words, exit, code) => {
  const folder = await emptyFolder();
  await runProgram({ folder }, 'init');
  const { out, ...ended } = await runProgram({ folder }, ...words, '--json');
  expect(ended).toEqual({ exit, err: '' });
  const { error } = JSON.parse(out) as { readonly error: Record<string, unknown> };
  expect(error).toMatchObject({ code });
  expect(Object.keys(error)).toEqual(['code', 'message', 'details', 'remedy']);
});

test('every problem of a workspace.yaml is told with its place', async () => {
  const folder = await emptyFolder();
  const text = 'id: desk\ntruope: {}\nlanes:\n  - { id: a, title: A, wip_limit: 0 }\n';
  await writeFile(join(folder, 'workspace.yaml'), text);
  const { exit, err } = await runProgram({ folder }, 'config', 'check');
  expect(exit).toBe(2);
  expect(err).toMatch(/workspace\.yaml:2:1 .*truope/);
  expect(err).toMatch(/workspace\.yaml:4:\d+ lanes\[0\]\.wip_limit/);
  expect(err).not.toMatch(STACK_TRACE);
});

test('a store that another process holds is told with its holder', async () => {
  const folder = await emptyFolder();
  await runProgram({ folder }, 'init');
  const store = await openLevelStore(join(folder, '.troupe', 'store'));
  onTestFinished(() => store.close());
  const { exit, err } = await runProgram({ folder }, 'sessions', 'list');
  expect(exit).toBe(8);
  expect(err).toMatch(new RegExp(`STORE_LOCKED: .*\\b${process.pid}\\b`));
});

test.each([
  [['sessions', 'list'], 0, ''],
  [['approvals', 'list'], 0, ''],
  [['sessions', 'show', 's1'], 3, 'SESSION_NOT_FOUND'],
])('%j of a workspace in which nothing has run leaves nothing behind', async (words, code, why) => {
  const folder = await emptyFolder();
  await runProgram({ folder }, 'init');
  const { exit, err } = await runProgram({ folder }, ...words);
  expect(exit).toBe(code);
  expect(err).toContain(why);
  expect(existsSync(join(folder, '.troupe', 'store'))).toBe(false);
});

async function hangingServer(): Promise<{ server: ModelServer; asked: Promise<void> }> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const server = await startModelServer({
    answers: () => {
      resolve();
      return { fault: 'hang' };
    },
  });
  onTestFinished(() => server.close());
  return { server, asked: promise };
}

test('SIGINT parks the session and says how it goes on', async () => {
  const folder = await emptyFolder();
  const { server, asked } = await hangingServer();
  const environment = { AGENT_RUNTIME_BASE_URL: server.url, AGENT_RUNTIME_API_KEY: 'key' };
  const at = { folder, environment };
  await runProgram(at, 'init');
  const running = startProgram(at, 'run', 'hello', '--session', 's1');
  await asked;
  running.process.kill('SIGINT');
  const { exit, out } = await running.ended;
  expect(exit).toBe(130);
  expect(out).toContain('troupe resume s1');
  const shown = await runProgram(at, 'sessions', 'show', 's1', '--json');
  expect(shown.exit).toBe(0);
});

test.skipIf(!isThere('/usr/bin/node', 'v20.'))(
  'a Node that is too old gets one sentence (runs where /usr/bin/node is a Node 20)',
  async () => {
    const at = { folder: await emptyFolder(), node: '/usr/bin/node' };
    const { exit, out, err } = await runProgram(at, '--help');
    expect({ exit, out }).toEqual({ exit: describeError('NODE_TOO_OLD').exit, out: '' });
    expect(err).toMatch(/^NODE_TOO_OLD: Troupe needs Node 22\.19 or newer, .* v?20\.\d+\.\d+\n$/);
  },
);

function isThere(node: string, version: string): boolean {
  return spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout?.startsWith(version) ?? false;
}
