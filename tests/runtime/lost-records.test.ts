/** What of a session is gone or unreadable is its own problem: it hides neither it nor others. */
import { expect, test } from 'vitest';
import { createRuntime, type Runtime } from 'troupe';
import type { Store, Write } from 'troupe/kernel';
import { memoryStore, scriptedModel } from 'troupe/testing';
import { ALLOW } from '../scenarios/desk.ts';

/** A store with three sessions that are over, of which one begins like another. */
async function play(): Promise<Store> {
  const store = memoryStore();
  const model = scriptedModel(() => ({ complete: 'Bye.' }));
  const runtime = await createRuntime({ store, model, policy: [ALLOW] });
  for (const session_id of ['a', 'hurt', 'hurt-not']) {
    await (await runtime.sessions.start({ session_id, message: 'go' })).settled();
  }
  await runtime.close();
  return store;
}

async function verifyAll({ evidence }: Runtime): Promise<Record<string, string>> {
  const told: Record<string, string> = {};
  for await (const session_id of evidence.sessions()) {
    expect(told).not.toHaveProperty(session_id);
    const result = await evidence.verify(session_id);
    told[session_id] = result.ok ? 'ok' : `${result.problem.kind} ${result.problem.message}`;
  }
  return told;
}

/** The removal of all its records of a kind. */
async function removals(store: Store, ...kinds: Write['kind'][]): Promise<Write[]> {
  const writes: Write[] = [];
  for (const kind of kinds) {
    for await (const { key } of store.scan(kind)) {
      if (key[0] === 'hurt') writes.push({ kind, key, value: null });
    }
  }
  return writes;
}

// prettier-ignore
test.each<[string, harm: (store: Store) => Promise<readonly Write[]>, told: RegExp]>([
  ['nothing', async () => [], /^ok$/],
  ['a head that is none', async () => [{ kind: 'head', key: ['hurt'], value: '{' }], /^unreadable The record head hurt is not JSON/],
  ['a message that is none', async () => [{ kind: 'message', key: ['hurt', 0], value: '{' }], /^transcript_altered /],
  ['no head', (store) => removals(store, 'head'), /^surplus /],
  ['no entries', (store) => removals(store, 'evidence'), /^cut_off /],
  ['neither head nor entries', (store) => removals(store, 'head', 'evidence'), /^removed entry 0 is missing/],
])('%s', async (_, harm, told) => {
  const store = await play();
  await store.commit(await harm(store));
  const runtime = await createRuntime({ store });
  expect(await verifyAll(runtime)).toEqual({
    a: 'ok',
    hurt: expect.stringMatching(told) as string,
    'hurt-not': 'ok',
  });
  await runtime.close();
});
