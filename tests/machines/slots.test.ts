/** A machine whose effects nobody provides can be held and drawn, and fails by name when run. */
import { createActor, toPromise, waitFor } from 'xstate';
import { expect, test } from 'vitest';
import { sessionMachine, slot } from '../../machines/index.ts';

const NOT_PROVIDED = {
  code: 'ACTOR_NOT_PROVIDED',
  message: 'No actor was provided for the slot executeTurn',
};

test('an empty slot rejects with its name', async () => {
  const actor = createActor(slot<void, void>('executeTurn'), { input: undefined });
  const outcome = toPromise(actor);
  actor.start();
  await expect(outcome).rejects.toMatchObject(NOT_PROVIDED);
});

test('a session that runs into one escalates and can go on later', async () => {
  const actor = createActor(sessionMachine, { input: { session_id: 's' } }).start();
  const snapshot = await waitFor(actor, (at) => at.matches('escalate'));
  expect(snapshot.context.escalation).toEqual({ reason: 'effect_failed', ...NOT_PROVIDED });
  expect(snapshot.can({ type: 'escalation.retried' })).toBe(true);
  actor.stop();
});
