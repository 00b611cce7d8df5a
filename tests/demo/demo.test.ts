/** The demo does what it says, with its own checks, and leaves nothing behind. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const execute = promisify(execFile);
const at = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const MAIN = at('fixtures/demo/main.ts');
const CALENDAR = at('fixtures/workspaces/scheduling/calendar/team.ics');

test('a session is killed twice, goes on twice, and every check holds', async () => {
  const before = await readFile(CALENDAR, 'utf8');
  const demo = execute(process.execPath, [MAIN]);
  const { stdout } = await demo;
  const lines = stdout.split('\n');
  expect(lines.filter((line) => line.includes('is gone: SIGKILL'))).toHaveLength(2);
  expect(lines.filter((line) => line.includes('FAIL'))).toEqual([]);
  expect(lines.filter((line) => line.startsWith('  ok  '))).toHaveLength(8);
  expect(await readFile(CALENDAR, 'utf8')).toBe(before);
  expect(workersOf(lines)).toHaveLength(4);
  expect(workersOf(lines).filter(isAlive)).toEqual([]);
  expect(await foldersOf(demo.child.pid)).toEqual([]);
});

test('a demo that is stopped in the middle leaves no process and no folder', async () => {
  const demo = spawn(process.execPath, [MAIN], { stdio: ['ignore', 'pipe', 'ignore'] });
  const gone = once(demo, 'close');
  const lines: string[] = [];
  for await (const line of createInterface({ input: demo.stdout })) {
    lines.push(line);
    if (workersOf(lines).length === 1 && !demo.killed) demo.kill('SIGINT');
  }
  expect(await gone).toEqual([null, 'SIGINT']);
  expect(workersOf(lines)).toHaveLength(1);
  expect(await foldersOf(demo.pid)).toEqual([]);
  expect(workersOf(lines).filter(isAlive)).toEqual([]);
});

test('an option that nobody knows is told in two lines, without a trace', async () => {
  const failed = execute(process.execPath, [MAIN, '--kepe']);
  await expect(failed).rejects.toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringMatching(/^demo: Unknown option '--kepe'.*\nUsage: .*\n$/) as string,
  });
});

test('a workspace that is not there is told in one line, without a trace', async () => {
  const failed = execute(process.execPath, [MAIN, '--workspace', at('no-such-folder')]);
  await expect(failed).rejects.toMatchObject({
    code: 1,
    stdout: expect.stringContaining('CONFIG_NOT_FOUND') as string,
    stderr: '',
  });
});

const foldersOf = async (pid: number | undefined): Promise<readonly string[]> =>
  (await readdir(at('.troupe')).catch(() => [])).filter((name) => name === `demo-${pid}`);

/** The processes that the demo says it started. */
function workersOf(lines: readonly string[]): readonly number[] {
  return lines.flatMap((line) => /process (\d+) works/.exec(line)?.slice(1).map(Number) ?? []);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
