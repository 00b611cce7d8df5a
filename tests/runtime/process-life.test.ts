/** What keeps a host's process alive, and what does not: shown by processes that end. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const PROGRAM = fileURLToPath(new URL('./support/busy-host.ts', import.meta.url));

test.each([
  ['close at once', 'RUNTIME_CLOSED'],
  ['close with a grace', 'RUNTIME_CLOSED'],
  ['close above a call of a host', 'RUNTIME_CLOSED'],
  ['wait for a deadline', 'EFFECT_IN_DOUBT'],
  ['leave a session that waits', 'scheduled'],
])('a host can %s', (what, told) => {
  const options = { encoding: 'utf8', timeout: 60_000 } as const;
  expect(execFileSync(process.execPath, [PROGRAM, what], options)).toBe(`${told}\nend\n`);
});
