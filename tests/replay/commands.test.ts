/** `troupe replay` and `troupe fork` over a session that ran on the command line. */
import { join } from 'node:path';
import { openLevelStore } from 'troupe/adapters';
import { describeError } from 'troupe/kernel';
import type { ModelTurn } from 'troupe/testing';
import { expect, test } from 'vitest';
import { openDesk, type Desk } from '../cli/support/desk.ts';

const WRITES: ModelTurn = {
  intent: 'note_taking',
  assistant_message: 'I write it down.',
  tools: [{ name: 'notes:write', input: { name: 'printer', text: 'Repaired' } }],
};
const SAYS: ModelTurn = { intent: 'conversation', assistant_message: 'Done.' };

/** A desk with the session `s1`, and a model that goes on with these turns. */
async function openTold(...more: readonly ModelTurn[]): Promise<Desk> {
  const desk = await openDesk([WRITES, SAYS, ...more]);
  expect(await desk.call('run', 'hello', '--session', 's1', '--no-stream')).toMatchObject({
    exit: 0,
  });
  return desk;
}

async function alter({ folder }: Desk, seq: number, from: string, to: string): Promise<void> {
  const store = await openLevelStore(join(folder, '.troupe', 'store'));
  const value = (await store.get('evidence', ['s1', seq])) ?? '';
  expect(value).toContain(from);
  await store.commit([{ kind: 'evidence', key: ['s1', seq], value: value.replace(from, to) }]);
  await store.close();
}

test('a session replays, and every move of it is shown on request', async () => {
  const desk = await openTold();
  const told = await desk.call('replay', 's1');
  expect(told).toMatchObject({ exit: 0 });
  expect(told.out).toMatch(
    /^ok {2}s1: 7 entries replayed, \d moves of machine version 1 to awaiting_turn\.idle\n$/,
  );
  const { out } = await desk.call('replay', 's1', '--verbose');
  expect(out).toContain('xstate.done.actor.executeTurn');
  const [value] = await desk.lines('replay', 's1');
  expect(value).toMatchObject({ ok: true, session_id: 's1', state: 'awaiting_turn.idle' });
});

test('the entry that differs is named', async () => {
  const desk = await openTold();
  await alter(desk, 3, 'notes:write', 'notes:other');
  const { exit, out } = await desk.call('replay', 's1');
  expect(exit).toBe(describeError('REPLAY_DIFFERS').exit);
  expect(out).toContain('then entry 3 (tool_call_started) is not what follows');
  expect(out).toContain('came      a start of notes:other as s1/tool/0 attempt 1');
});

test('every session of a store is replayed, and what cannot be is named', async () => {
  const desk = await openTold();
  await desk.call('fork', 's1', '--session', 's2');
  const store = await openLevelStore(join(desk.folder, '.troupe', 'store'));
  const text = (await store.get('evidence', ['s2', 0])) ?? '';
  await store.commit([
    { kind: 'evidence', key: ['s2', 0], value: text.replace('"standing"', '"stood"') },
  ]);
  await store.close();
  const { exit, out } = await desk.call('replay', '--all');
  expect(exit).toBe(0);
  expect(out).toMatch(/^ok {2}s1: .*\n-- {2}s2: REPLAY_NOT_POSSIBLE: .*\n$/);
  await alter(desk, 3, 'notes:write', 'notes:other');
  const [value] = await desk.lines('replay', '--all');
  expect(value).toMatchObject({ ok: false, sessions: [{ ok: false }, { session_id: 's2' }] });
});

test('a session is named, or all of them', async () => {
  const desk = await openTold();
  for (const words of [[], ['s1', '--all']]) {
    expect(await desk.call('replay', ...words)).toMatchObject({
      exit: describeError('USAGE').exit,
    });
  }
});

test('nobody replays a session that is not there', async () => {
  const desk = await openTold();
  expect(await desk.call('replay', 'nobody')).toMatchObject({
    exit: describeError('SESSION_NOT_FOUND').exit,
  });
});

test('a fork goes on with a message, and asks as whoever forked', async () => {
  const desk = await openTold({ ...SAYS, status: 'complete' });
  const words = ['--message', 'And now?', '--session', 's2', '--by', 'ben'];
  expect(await desk.call('fork', 's1', ...words)).toMatchObject({ exit: 0 });
  const [shown] = await desk.lines('sessions', 'show', 's2');
  expect(shown).toMatchObject({ state: 'complete', turn_count: 3, tool_call_count: 1 });
  expect(shown?.['evidence']).toContainEqual(
    expect.objectContaining({
      kind: 'tool_call_started',
      metadata: expect.objectContaining({ requested_by: 'ben' }) as unknown,
    }),
  );
  expect(await desk.call('replay', 's2')).toMatchObject({ exit: 0 });
});

test('a fork before a turn waits for somebody to resume it', async () => {
  const desk = await openTold({ ...SAYS, status: 'complete' });
  const { out } = await desk.call('fork', 's1', '--turn', '1', '--session', 's2');
  expect(out).toContain('troupe resume s2');
  expect(await desk.call('resume', 's2')).toMatchObject({ exit: 0 });
});

test.each([
  ['a point inside of a call', ['--at', '3'], 'INVALID_INPUT', 'nearest are 0 and 4'],
  ['a point that is no number', ['--at', 'end'], 'USAGE', 'expected a number'],
])('%s is refused', async (_, words, code, message) => {
  const desk = await openTold();
  const { exit, err } = await desk.call('fork', 's1', ...words);
  expect(exit).toBe(describeError(code as 'USAGE').exit);
  expect(err).toContain(message);
});
