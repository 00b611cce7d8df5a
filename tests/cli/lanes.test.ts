/** `run --lane` chooses the lane of a session; the commands that move it later need not name it. */
import { expect, test } from 'vitest';
import { openDesk } from './support/desk.ts';
import { REPLIES, WRITES } from './support/turns.ts';

const LANES = `
lanes:
  - id: front
    title: Front
    policy_overrides:
      - { id: front.no-writes, decision: deny, tools: ['notes:write'] }
`;

test.each([
  ['in the lane that denies', ['--lane', 'front'], false],
  ['outside of it', [], true],
])('a session that was run %s stays there', async (_, lane, isWritten) => {
  const desk = await openDesk([REPLIES, WRITES, REPLIES]);
  await desk.write('workspace.yaml', `${await desk.read('workspace.yaml')}${LANES}`);
  const { out } = await desk.call('run', 'hello', '--session', 's1', ...lane);
  expect(out).toContain("troupe send s1 'your message'");
  await desk.call('send', 's1', 'write it down');
  expect(await desk.has('notes/printer.md')).toBe(isWritten);
});

test('a lane that is not configured is refused, and nothing begins', async () => {
  const desk = await openDesk();
  const { exit, err } = await desk.call('run', 'hello', '--session', 's1', '--lane', 'front');
  expect(exit).toBe(2);
  expect(err).toContain('No lane "front"');
  expect(await desk.lines('sessions', 'list')).toEqual([[]]);
});
