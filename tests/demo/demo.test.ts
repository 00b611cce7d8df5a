/** The demo does what it says, with its own checks, and leaves nothing behind. */
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const execute = promisify(execFile);
const at = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const CALENDAR = at('fixtures/workspaces/scheduling/calendar/team.ics');

test('a session is killed twice, goes on twice, and every check holds', async () => {
  const before = await readFile(CALENDAR, 'utf8');
  const { stdout } = await execute(process.execPath, [at('fixtures/demo/main.ts')]);
  const lines = stdout.split('\n');
  expect(lines.filter((line) => line.includes('is gone: SIGKILL'))).toHaveLength(2);
  expect(lines.filter((line) => line.includes('FAIL'))).toEqual([]);
  expect(lines.filter((line) => line.startsWith('  ok  '))).toHaveLength(7);
  expect(await readFile(CALENDAR, 'utf8')).toBe(before);
  const left = await readdir(at('.troupe')).catch(() => []);
  expect(left.filter((name) => name.startsWith('demo-'))).toEqual([]);
});
