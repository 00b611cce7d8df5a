/** What pruning a session removes, what it leaves, and which sessions it does not touch. */
import { describe, expect, test } from 'vitest';
import { createRuntime, type Runtime, type RuntimeOptions } from 'troupe';
import { generateKey, signerOf } from 'troupe/adapters';
import type { Store, Write } from 'troupe/kernel';
import { manualClock, memoryStore, scriptedModel } from 'troupe/testing';
import { pruneSession, type PruneOrder } from '../../src/runtime/prune.ts';
import { ALLOW, asks, writes } from '../scenarios/desk.ts';

const SIGNER = signerOf(generateKey(), 'key');
const KEYS = { signer: SIGNER, trusted: [SIGNER] };
const SIGNED = { evidence: { signer: SIGNER } };
const clock = manualClock();

interface Keys {
  readonly keys: typeof KEYS | undefined;
}
const NO_KEYS: Keys = { keys: undefined };

async function withRuntime<Result>(
  store: Store,
  options: RuntimeOptions,
  work: (runtime: Runtime) => Promise<Result>,
): Promise<Result> {
  const tools = [writes([]), writes([], 'notes:ask')];
  const policy = [ALLOW, asks('notes:ask')];
  const runtime = await createRuntime({ store, tools, policy, system: { clock }, ...options });
  try {
    return await work(runtime);
  } finally {
    await runtime.close();
  }
}

/** A store with the sessions that are named; each writes the shared note and one of its own. */
async function storeOf(options: RuntimeOptions, ...ids: readonly string[]): Promise<Store> {
  const store = memoryStore();
  for (const session_id of ids) {
    const model = scriptedModel([
      { tool: 'notes:write', input: { text: 'shared' } },
      { tool: 'notes:ask', input: { text: `of ${session_id}` } },
      { complete: 'Done.' },
    ]);
    await withRuntime(store, { model, ...options }, async (runtime) => {
      const session = await runtime.sessions.start({ session_id, message: 'go' });
      const { pending_request_id: request_id = '' } = await session.settled();
      await runtime.resolveApproval({ request_id, approved: true, approved_by: 'ana' });
      expect((await session.settled()).state).toBe('complete');
    });
  }
  return store;
}

const prune = (store: Store, order: Partial<PruneOrder>, { keys }: Keys = { keys: KEYS }) =>
  pruneSession(
    { store, clock, keys },
    {
      ...{ session_id: 's', before: undefined, contents: false },
      reason: 'age',
      by: 'ana',
      ...order,
    },
  );

const verify = (store: Store, session_id = 's', options: RuntimeOptions = SIGNED) =>
  withRuntime(store, { ...options, drive: false, recover: false }, ({ evidence }) =>
    evidence.verify(session_id),
  );

type Kind = Write['kind'];
async function valuesOf(
  store: Store,
  kind: Kind,
  prefix: readonly string[] = [],
): Promise<string[]> {
  const records = await Array.fromAsync(store.scan(kind, { prefix }));
  return records.map(({ value }) => value);
}

const ALL = Number.MAX_SAFE_INTEGER;
/** How many entries always stay: the last turn, and the end. */
const LAST = 3;

describe('entries', () => {
  test.each([1, 5, ALL])('before %d go, and the rest verifies', async (before) => {
    const store = await storeOf(SIGNED, 's');
    const { entries: count, head } = await verify(store);
    const { entries, through_seq } = await prune(store, { before });
    expect(entries).toBe(Math.min(before, head.seq + 1 - LAST));
    expect(through_seq).toBe(entries - 1);
    const result = await verify(store);
    expect(result).toMatchObject({ ok: true, entries: count - entries, head, signature: 'valid' });
    expect(result.pruned).toMatchObject({ through_seq, reason: 'age', by: 'ana' });
  });

  test('from before an instant go', async () => {
    const store = await storeOf(SIGNED, 's');
    const [first] = await valuesOf(store, 'evidence', ['s']);
    const { timestamp } = JSON.parse(first ?? '') as { timestamp: string };
    expect(await prune(store, { before: timestamp })).toMatchObject({ entries: 0 });
    const later = new Date(clock.now() + 60_000).toISOString();
    expect((await prune(store, { before: later })).entries).toBeGreaterThan(5);
    expect((await verify(store)).ok).toBe(true);
  });

  test('can be pruned on, and the contents of the first ones stay gone', async () => {
    const store = await storeOf(SIGNED, 's');
    await prune(store, { before: 4 });
    expect(await prune(store, { before: 4 })).toMatchObject({ entries: 0, contents: 0 });
    expect(await prune(store, { before: 2 })).toMatchObject({ entries: 0, through_seq: 3 });
    expect(await prune(store, { before: 8, by: 'bob' })).toMatchObject({ entries: 4 });
    expect(await verify(store)).toMatchObject({ ok: true, pruned: { through_seq: 7, by: 'bob' } });
  });

  test('of a session that is not signed go without a signature', async () => {
    const store = await storeOf({}, 's');
    const { entries } = await prune(store, { before: ALL }, NO_KEYS);
    expect(entries).toBeGreaterThan(5);
    expect(await verify(store, 's', {})).toMatchObject({
      ok: true,
      signature: 'none',
      entries: LAST,
    });
  });

  test('that are gone keep nothing from being read or called', async () => {
    const store = await storeOf(SIGNED, 's');
    await prune(store, { before: ALL, contents: true });
    await withRuntime(store, SIGNED, async (runtime) => {
      const session = await runtime.sessions.get('s');
      expect(await session.summary()).toMatchObject({ state: 'complete' });
      expect(await session.messages()).toEqual([]);
      expect(await Array.fromAsync(session.evidence())).toHaveLength(LAST);
      await expect(session.send('more')).rejects.toMatchObject({ code: 'EVENT_NOT_ACCEPTED' });
      const context = { run_id: 'r', task_id: 't', session_id: 's' };
      const called = await runtime.executeTool('notes:write', { text: 'b' }, context);
      expect(called).toMatchObject({ success: true });
    });
    expect(await verify(store)).toMatchObject({ ok: true, entries: LAST + 2 });
  });

  test.each<[string, Partial<PruneOrder>]>([
    ['entries', { before: 4 }],
    ['contents', { contents: true }],
  ])('without its %s a session is neither replayed nor forked', async (_, order) => {
    const store = await storeOf(SIGNED, 's');
    await prune(store, order);
    await withRuntime(store, SIGNED, async ({ evidence, sessions }) => {
      const refusal = { code: 'REPLAY_NOT_POSSIBLE' };
      await expect(evidence.replay('s')).rejects.toMatchObject(refusal);
      await expect(sessions.fork({ session_id: 's' })).rejects.toMatchObject(refusal);
    });
  });
});

describe('contents', () => {
  test('go with what was said and the approvals; entries stay', async () => {
    const store = await storeOf(SIGNED, 's');
    const before = await verify(store);
    expect((await prune(store, { contents: true })).entries).toBe(0);
    for (const kind of ['blob', 'message', 'approval', 'approval_ref', 'wakeup'] as const) {
      expect(await valuesOf(store, kind), kind).toEqual([]);
    }
    const result = await verify(store);
    expect(result).toMatchObject({ ok: true, entries: before.entries, head: before.head });
    expect(result.pruned).toMatchObject({ through_seq: -1, contents_through_seq: before.head.seq });
    expect(await prune(store, { contents: true })).toMatchObject({ contents: 0 });
  });

  test('that another session names stay until that one is pruned too', async () => {
    const store = await storeOf(SIGNED, 's', 'other');
    const shared = JSON.stringify({ text: 'shared' });
    await prune(store, { contents: true });
    expect(await valuesOf(store, 'blob')).toContain(shared);
    expect(await valuesOf(store, 'blob')).not.toContain(JSON.stringify({ text: 'of s' }));
    expect(await valuesOf(store, 'message', ['other'])).not.toEqual([]);
    expect(await valuesOf(store, 'approval', ['other'])).toHaveLength(1);
    await prune(store, { session_id: 'other', before: ALL });
    expect(await valuesOf(store, 'blob')).not.toContain(shared);
  });

  test('of the entries that are left stay', async () => {
    const store = await storeOf(SIGNED, 's');
    const before = await valuesOf(store, 'blob');
    await prune(store, { before: 4 });
    const left = await valuesOf(store, 'blob');
    expect(left.length).toBeLessThan(before.length);
    const named = (await valuesOf(store, 'evidence', ['s'])).join();
    for await (const { key } of store.scan('blob')) expect(named).toContain(String(key[0]));
    expect(await valuesOf(store, 'message', ['s'])).not.toEqual([]);
  });
});

describe('nothing is removed', () => {
  const untouched = async (store: Store, work: Promise<unknown>, code: string): Promise<void> => {
    const kinds = ['evidence', 'blob', 'message', 'approval', 'tombstone'] as const;
    const read = () => Promise.all(kinds.map((kind) => valuesOf(store, kind)));
    const before = await read();
    await expect(work).rejects.toMatchObject({ code });
    expect(await read()).toEqual(before);
  };

  test('of a session that is not there', async () => {
    const store = await storeOf(SIGNED, 's');
    const order = { session_id: 'other', contents: true };
    await untouched(store, prune(store, order), 'SESSION_NOT_FOUND');
  });

  test.each([
    ['waits for a message', { reply: 'Here.' }],
    ['waits for an approval', { tool: 'notes:ask', input: { text: 'a' } }],
    ['waits for a person', { escalate: 'I cannot.' }],
  ])('of a session that %s', async (_, line) => {
    const store = memoryStore();
    await withRuntime(store, { model: scriptedModel([line]), ...SIGNED }, async ({ sessions }) => {
      await (await sessions.start({ session_id: 's', message: 'go' })).settled();
    });
    await untouched(store, prune(store, { contents: true }), 'EVENT_NOT_ACCEPTED');
  });

  test('of one that another goes on from, until that is over too', async () => {
    const store = await storeOf(SIGNED, 's');
    const model = scriptedModel([{ reply: 'Here.' }, { complete: 'Done.' }]);
    await withRuntime(store, { model, ...SIGNED }, async ({ sessions }) => {
      const fork = await sessions.fork({ session_id: 's', new_session_id: 'fork', message: 'on' });
      await fork.settled();
      await untouched(store, prune(store, { contents: true }), 'EVENT_NOT_ACCEPTED');
      await fork.send('more');
      expect((await fork.settled()).state).toBe('complete');
    });
    expect((await prune(store, { contents: true })).contents).toBeGreaterThan(0);
  });

  test('of one that does not verify', async () => {
    const store = await storeOf(SIGNED, 's');
    await store.commit([{ kind: 'signature', key: ['s'], value: null }]);
    await untouched(store, prune(store, { contents: true }), 'EVIDENCE_INVALID');
  });

  test('of a signed one without the key', async () => {
    const store = await storeOf(SIGNED, 's');
    const keyless = prune(store, { contents: true }, NO_KEYS);
    await untouched(store, keyless, 'CONFIGURATION_ERROR');
  });
});
