/** A session replays from its evidence, and of a bent one the first entry that differs is named. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { Message } from 'troupe/kernel';
import type { RecordedSession } from '../../src/runtime/replay/contract.ts';
import { replaySession } from '../../src/runtime/replay/replay.ts';
import { BENT } from './bent.ts';
import { altered, isWhole, recordedSession, type Change } from './recorded.ts';

let sound: RecordedSession;

beforeAll(async () => {
  sound = await recordedSession();
});

test('a session replays to where its records have it', () => {
  const result = replaySession(sound);
  expect(result).toMatchObject({ ok: true, entries: sound.entries.length, state: 'complete' });
  expect(result.moves[0]).toEqual({
    seq: 3,
    event: 'xstate.done.actor.executeTurn',
    from: 'awaiting_turn.executing',
    to: 'tool_request.deciding',
  });
  expect(replaySession(sound)).toEqual(result);
});

test('a session whose evidence does not say with what it began cannot be replayed', () => {
  const older = altered('session_started', 0, () => ({ details: {} }))(sound);
  expect(() => replaySession(older)).toThrow(
    expect.objectContaining({ code: 'REPLAY_NOT_POSSIBLE' }),
  );
});

test('replays change nothing in what they are given', () => {
  const before = structuredClone(sound);
  replaySession(sound);
  expect(sound).toEqual(before);
});

describe('with every hash made anew', () => {
  test.each(BENT)('%s is named', (_, { change, at, told }) => {
    // Without its messages, by which some are told earlier.
    const result = replaySession({ ...change(sound), messages: undefined });
    if (result.ok) return expect.fail('it replayed');
    const { expected, came, seq, kind } = result.difference;
    expect([seq, kind]).toEqual(at);
    expect(`${expected} | ${came}`).toContain(told);
  });

  const messages =
    (change: (messages: readonly Message[]) => readonly Message[]): Change =>
    (recorded) => ({ ...recorded, messages: change(recorded.messages ?? []) });
  const reworded = (index: number, content = '"other"'): Change =>
    messages((all) => all.map((one, at) => (at === index ? { ...one, content } : one)));

  test.each<readonly [string, Change, number, string]>([
    ['what the host began with', reworded(0), 0, 'first messages'],
    ['what the model said', reworded(1), 2, 'other'],
    ['what a call answered', reworded(2), 4, 'message 2 {"content":"other"'],
    ['a result that is no JSON', reworded(2, 'other'), 4, 'is not JSON'],
    ['what a person said', reworded(7), 15, 'message 7'],
    ['a message less', messages((all) => all.slice(0, -1)), 17, 'message 8 | 8 messages'],
    ['a message more', messages((all) => [...all, ...all]), 18, '9 messages | 18 messages'],
    ['a message out of place', messages((all) => all.toReversed()), 0, 'first messages'],
  ])('%s is named with the entry that tells it', (_, change, at, told) => {
    const result = replaySession(change(sound));
    if (result.ok) return expect.fail('it replayed');
    const { seq, expected, came } = result.difference;
    expect(seq).toBe(at);
    expect(`${expected} | ${came}`).toContain(told);
  });

  test('the chain shows none of what replays tell apart', async () => {
    const whole = await Promise.all(BENT.map(([, { change }]) => isWhole(change(sound))));
    expect(whole.filter(Boolean).length).toBeGreaterThan(BENT.length / 2);
  });
});
