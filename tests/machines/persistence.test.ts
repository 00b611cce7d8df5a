/** What is saved of a session: all that its future needs, and no more at turn 1,000 than at 10. */
import { isDeepStrictEqual } from 'node:util';
import { createActor, fromPromise, transition, initialTransition } from 'xstate';
import { describe, expect, test } from 'vitest';
import { sessionMachine } from '../../machines/index.ts';
import { done, failed, TURN_RESULTS, decisions, type AnyEvent } from './support/events.ts';
import { explore, type Walk } from './support/explore.ts';
import { nameOf } from './support/place.ts';
import { restored, saved } from './support/restore.ts';
import type { SessionSnapshot } from './support/rules.ts';
import { AT_ONCE } from './support/starts.ts';

const known = new WeakMap<SessionSnapshot, SessionSnapshot>();

/** Through the disk; the same snapshot is read back once, as steps do not change it. */
function throughDisk(snapshot: SessionSnapshot): SessionSnapshot {
  const back = known.get(snapshot) ?? restored(saved(snapshot));
  known.set(snapshot, back);
  return back;
}

const live = explore(sessionMachine, AT_ONCE.input);
const places = [...live.visits.values()].map(({ place }) => place);

const edges = ({ visits }: Walk): ReadonlyMap<string, string> =>
  new Map(
    [...visits].map(([name, { steps }]) => [
      name,
      steps.map(({ event, to }) => `${JSON.stringify(event)} ${nameOf(to)}`).join('\n'),
    ]),
  );

/** The session after a number of turns, each a message and a reply. */
function afterTurns(count: number): SessionSnapshot {
  let [snapshot] = initialTransition(sessionMachine, { session_id: 'x'.repeat(128) });
  const reply = done('executeTurn', { ...TURN_RESULTS[2] }) as never;
  for (let turn = 0; turn < count; turn += 1) {
    [snapshot] = transition(sessionMachine, snapshot, reply);
    [snapshot] = transition(sessionMachine, snapshot, { type: 'message.received' });
  }
  return snapshot;
}

const take = (...events: readonly AnyEvent[]): SessionSnapshot =>
  events.reduce(
    (snapshot, event) => transition(sessionMachine, snapshot, event as never)[0],
    initialTransition(sessionMachine, { session_id: 's' })[0],
  );

describe('a session that is restored before every step', () => {
  test('takes the same events to the same places on every path, and keeps every rule', () => {
    const restarted = explore(sessionMachine, AT_ONCE.input, { carry: throughDisk });
    expect(restarted.broken).toEqual([]);
    const expected = edges(live);
    const differing = [...edges(restarted)].filter(([name, to]) => expected.get(name) !== to);
    expect(differing).toEqual([]);
    expect(restarted.visits.size).toBe(live.visits.size);
  });
});

describe('what is saved', () => {
  test('is plain JSON in every place: nothing is lost on the way', () => {
    const lossy = places.filter(({ session }) => {
      const back: unknown = JSON.parse(JSON.stringify(session.context));
      return !isDeepStrictEqual(back, session.context);
    });
    expect(lossy.map(nameOf)).toEqual([]);
  });

  test('is under 1,000 bytes in every place', () => {
    const sizes = places.map(({ session }) => Buffer.byteLength(saved(session)));
    expect(Math.max(...sizes)).toBeLessThan(1_000);
  });

  test('does not grow with the turns, but for the digits of its counters', () => {
    const [ten, thousand] = [10, 1_000].map((turns) => saved(afterTurns(turns)).length);
    expect(thousand).toBeLessThan((ten ?? 0) + 30);
  });

  test.each([
    ['a failed turn', done('executeTurn', { ...TURN_RESULTS[5], message: '\u0000'.repeat(1e6) })],
    ['a limit', { type: 'limit.reached', limit: 'x'.repeat(1e6) as never, max: 1, value: 1 }],
    [
      'an error',
      { ...failed('executeTurn'), error: { code: 'X'.repeat(1e6), message: '\ud83d'.repeat(1e6) } },
    ],
  ] as const)('stays under 8,000 bytes after %s with a message of a megabyte', (_, event) => {
    const snapshot = take(event);
    expect(snapshot.value).toBe('escalate');
    expect(Buffer.byteLength(saved(snapshot))).toBeLessThan(8_000);
    expect(snapshot.context.escalation?.message.isWellFormed()).toBe(true);
  });
});

describe('a restored session', () => {
  const ASKS = done('executeTurn', TURN_RESULTS[0]);
  const [allowed] = decisions('request-0').map((decision) => done('decideTool', decision));

  test.each([
    ['executeTurn', take()],
    ['decideTool', take(ASKS)],
    ['executeTool', take(ASKS, allowed as AnyEvent)],
  ] as const)('starts %s once more, with the input that it was saved with', (effect, snapshot) => {
    const inputs: unknown[] = [];
    const logic = fromPromise<never, unknown>(({ input }) => {
      inputs.push(input);
      return new Promise(() => {});
    });
    const machine = sessionMachine.provide({ actors: { [effect]: logic } });
    const text = saved(snapshot);
    const actor = createActor(machine, { snapshot: JSON.parse(text) as never } as never).start();
    const { children } = JSON.parse(text) as {
      children: Record<string, { snapshot: { input: unknown } }>;
    };
    expect(inputs).toEqual([children[effect]?.snapshot.input]);
    actor.stop();
  });
});
