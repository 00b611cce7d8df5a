/** Session actors show in the Stately inspector, and no text of theirs goes with them. */
import { expect, test } from 'vitest';
import type { StatelyInspectionEvent } from '@statelyai/inspect';
import { createRuntime } from 'troupe';
import { statelyInspector } from 'troupe/inspect';
import { scriptedModel } from 'troupe/testing';

const CANARY = 'the provider said something private';

test('definition, events and snapshots arrive; texts do not', async () => {
  const events: StatelyInspectionEvent[] = [];
  const inspect = await statelyInspector({ send: (event) => void events.push(event) });
  const model = scriptedModel([{ fail: { code: 'PROVIDER_HTTP_ERROR', message: CANARY } }]);
  const runtime = await createRuntime({ model, inspect });
  const session = await runtime.sessions.start({ session_id: 'seen', message: CANARY });
  expect((await session.settled()).escalation?.message).toBe(CANARY);
  await runtime.close();

  const actors = events.filter(({ type }) => type === '@xstate.actor');
  expect(actors.some((actor) => 'name' in actor && actor.name === 'seen')).toBe(true);
  expect(actors.some((actor) => 'definition' in actor && !!actor.definition)).toBe(true);
  expect(events.some(({ type }) => type === '@xstate.snapshot')).toBe(true);
  await expect.poll(() => JSON.stringify(events)).toContain('PROVIDER_HTTP_ERROR');
  expect(JSON.stringify(events)).not.toContain(CANARY);
});
