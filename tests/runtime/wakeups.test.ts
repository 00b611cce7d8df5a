/** Durable time goes on, whatever is wrong with one record or, for a while, with the store. */
import { expect, test } from 'vitest';
import { createRuntime, type RuntimeEvent } from 'troupe';
import { RuntimeError, type Store } from 'troupe/kernel';
import { manualClock, memoryStore, scriptedModel } from 'troupe/testing';
import { ALLOW } from '../scenarios/desk.ts';

test('a wakeup that cannot be read is told of, and holds up no other', async () => {
  const store = memoryStore();
  const clock = manualClock();
  const system = { clock, alarm: clock.alarm };
  const options = { store, policy: [ALLOW], system };
  const first = await createRuntime({ ...options, model: scriptedModel([]) });
  const wake_at = new Date(clock.now() + 2).toISOString();
  await (await first.sessions.start({ session_id: 's', message: 'go', wake_at })).settled();
  await first.close();
  await store.commit([{ kind: 'wakeup', key: [clock.now() + 1, 'session:x'], value: '{' }]);
  clock.advance(10);
  const second = await createRuntime({ ...options, model: scriptedModel([{ complete: 'Up.' }]) });
  expect(await second.sessions.settled('s')).toMatchObject({ state: 'complete' });
  await second.close();
});

test('a store that cannot be read when a wakeup is due is asked again', async () => {
  const disk = memoryStore();
  let isFailing = false;
  const store: Store = {
    ...{ location: disk.location, close: () => disk.close() },
    ...{ get: disk.get.bind(disk), commit: disk.commit.bind(disk) },
    async *scan(kind, range) {
      if (isFailing) throw new RuntimeError('STORE_READ_FAILED', 'The disk is away');
      yield* disk.scan(kind, range);
    },
  };
  const clock = manualClock();
  const system = { clock, alarm: clock.alarm };
  const model = scriptedModel([{ complete: 'Up.' }]);
  const runtime = await createRuntime({ store, policy: [ALLOW], model, system });
  const failed = new Promise<RuntimeEvent>((resolve) => {
    runtime.subscribe((event) => {
      if (event.type === 'failure') resolve(event);
    });
  });
  const over = new Promise<void>((resolve) => {
    runtime.subscribe((event) => {
      if (event.type === 'state' && event.to === 'complete') resolve();
    });
  });
  const wake_at = new Date(clock.now() + 1_000).toISOString();
  await (await runtime.sessions.start({ message: 'go', wake_at })).settled();
  isFailing = true;
  clock.advance(1_000);
  expect(await failed).toMatchObject({ code: 'STORE_READ_FAILED' });
  isFailing = false;
  clock.advance(60_000);
  await over;
  await runtime.close();
});
