/** The live view shows where sessions move, and forgets the ones that are over. */
import { expect, test } from 'vitest';
import { createRuntime } from 'troupe';
import { scriptedModel } from 'troupe/testing';

test('sessions come, move and go', async () => {
  const model = scriptedModel([{ reply: 'Which day?' }, { complete: 'Booked.' }]);
  const runtime = await createRuntime({ model });
  const { view } = runtime;
  const session = await runtime.sessions.start({ session_id: 'trip', message: 'Book a train.' });
  await session.settled();
  expect(view.getSnapshot().context.sessions).toEqual({ trip: 'awaiting_turn.idle' });
  await session.send('Friday.');
  await session.settled();
  const { sessions, moves } = view.getSnapshot().context;
  expect(sessions).toEqual({});
  expect(moves.complete).toBe(1);
  await runtime.close();
});
