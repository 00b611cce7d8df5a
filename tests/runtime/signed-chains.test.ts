/** When a runtime signs what it writes, and which chains it does not put its name to. */
import { describe, expect, test } from 'vitest';
import { createRuntime, type Runtime, type RuntimeOptions } from 'troupe';
import { generateKey, signerOf } from 'troupe/adapters';
import { UNSIGNED_MAX, type Store, type Write } from 'troupe/kernel';
import { manualClock, memoryStore, scriptedModel, type ScriptedLine } from 'troupe/testing';
import { pruneSession } from '../../src/runtime/prune.ts';
import { signChain } from '../../src/runtime/sign-chain.ts';
import { ALLOW, asks, writes } from '../scenarios/desk.ts';

const SIGNER = signerOf(generateKey(), 'key');
const NEXT_SIGNER = signerOf(generateKey(), 'next key');
const SIGNED = { evidence: { signer: SIGNER } };

async function withRuntime<Result>(
  options: RuntimeOptions,
  work: (runtime: Runtime) => Promise<Result>,
): Promise<Result> {
  const runtime = await createRuntime(options);
  try {
    return await work(runtime);
  } finally {
    await runtime.close();
  }
}

const toolsOf = (): Pick<RuntimeOptions, 'tools' | 'policy'> => ({
  tools: [writes([]), writes([], 'notes:ask')],
  policy: [ALLOW, asks('notes:ask')],
});

/** Starts the session `s`, has it take these turns, and leaves it at rest. */
function begin(store: Store, options: RuntimeOptions, ...turns: ScriptedLine[]) {
  const model = scriptedModel(turns);
  return withRuntime({ store, model, ...toolsOf(), ...options }, async ({ sessions }) => {
    const session = await sessions.start({ session_id: 's', message: 'go' });
    return session.settled();
  });
}

/** Opens the store anew and has the session `s` take one more turn; answers its state. */
function goOn(store: Store, options: RuntimeOptions) {
  const model = scriptedModel([{ reply: 'Here.' }]);
  return withRuntime({ store, model, ...options }, async ({ sessions }) => {
    const session = await sessions.get('s');
    await session.send('more');
    return session.settled();
  });
}

const verify = (store: Store, session_id = 's') =>
  withRuntime({ store, ...SIGNED, drive: false, recover: false }, ({ evidence }) =>
    evidence.verify(session_id),
  );

const CALL = { tool: 'notes:write', input: { text: 'a' } };

describe('a session is signed to its last entry', () => {
  test.each<[string, string, ScriptedLine[]]>([
    ['waits for a message', 'awaiting_turn', [CALL, { reply: 'Here.' }]],
    ['waits for an approval', 'approval_required', [{ ...CALL, tool: 'notes:ask' }]],
    ['is handed over', 'escalate', [{ escalate: 'I cannot.' }]],
    ['has failed', 'escalate', [{ fail: { code: 'PROVIDER_REFUSED', message: 'No.' } }]],
    ['is over', 'complete', [CALL, { complete: 'Done.' }]],
  ])('when it %s', async (_, state, turns) => {
    const store = memoryStore();
    expect(await begin(store, SIGNED, ...turns)).toMatchObject({ state });
    const result = await verify(store);
    expect(result).toMatchObject({ ok: true, signature: 'valid', key_id: SIGNER.key_id });
    expect(result.signed_through).toBe(result.entries - 1);
  });

  test('when it waits for its time', async () => {
    const store = memoryStore();
    await withRuntime({ store, model: scriptedModel([]), ...SIGNED }, async ({ sessions }) => {
      const wake_at = '2999-01-01T00:00:00Z';
      const session = await sessions.start({ session_id: 's', message: 'go', wake_at });
      expect((await session.settled()).state).toBe('scheduled');
    });
    const result = await verify(store);
    expect(result.signed_through).toBe(result.entries - 1);
  });
});

test('a call of a host is signed when it has ended', async () => {
  const store = memoryStore();
  const context = { run_id: 'r', task_id: 't', session_id: 'host' };
  await withRuntime({ store, ...toolsOf(), ...SIGNED }, async (runtime) => {
    expect(await runtime.executeTool('notes:write', { text: 'a' }, context)).toMatchObject({
      success: true,
    });
  });
  expect(await verify(store, 'host')).toMatchObject({ ok: true, entries: 2, signed_through: 1 });
});

test('what runs is signed from its first batch on', async () => {
  const store = memoryStore();
  const runtime = await createRuntime({ store, model: scriptedModel([{ hang: true }]), ...SIGNED });
  await runtime.sessions.start({ session_id: 's', message: 'go' });
  const signature = await store.get('signature', ['s']);
  await runtime.close(0);
  expect(JSON.parse(signature ?? '')).toMatchObject({ session_id: 's', key_id: SIGNER.key_id });
});

test('without a key nothing is signed, and verification says so', async () => {
  const store = memoryStore();
  await begin(store, {}, { reply: 'Here.' });
  expect(await store.get('signature', ['s'])).toBeUndefined();
  const unsigned = { ok: true, signature: 'none', signed_through: -1 };
  const verified = await withRuntime({ store }, ({ evidence }) => evidence.verify('s'));
  expect(verified).toMatchObject(unsigned);
  expect(await verify(store)).toMatchObject({
    ok: false,
    problem: { kind: 'signature_missing', seq: 0 },
  });
});

test('a short chain that was begun without a key is signed when it goes on', async () => {
  const store = memoryStore();
  await begin(store, {}, { reply: 'Here.' });
  await goOn(store, SIGNED);
  const result = await verify(store);
  expect(result).toMatchObject({ ok: true, signed_through: result.entries - 1 });
});

test('a long chain from before the key goes on unsigned until a person signs it', async () => {
  const store = memoryStore();
  const turns = Math.ceil(UNSIGNED_MAX / 4);
  await begin(store, {}, ...Array.from({ length: turns }, () => CALL), { reply: 'Here.' });
  expect(await goOn(store, SIGNED)).toMatchObject({ state: 'awaiting_turn' });
  expect(await store.get('signature', ['s'])).toBeUndefined();

  await signChain({ store, clock: manualClock(), signer: SIGNER }, 's');
  await goOn(store, SIGNED);
  const result = await verify(store);
  expect(result).toMatchObject({ ok: true, signed_through: result.entries - 1 });
});

test('a person signs for what was pruned without a key', async () => {
  const store = memoryStore();
  const clock = manualClock();
  await begin(store, {}, CALL, { complete: 'Done.' });
  const order = { session_id: 's', before: 2, contents: false, reason: 'age', by: 'ana' };
  await pruneSession({ store, clock, keys: undefined }, order);
  expect(await verify(store)).toMatchObject({ problem: { kind: 'signature_missing', seq: 1 } });
  await signChain({ store, clock, signer: SIGNER }, 's');
  expect(await verify(store)).toMatchObject({ ok: true, pruned: { through_seq: 1 } });
});

test('a long turn is signed before too much of it is unsigned', async () => {
  const store = memoryStore();
  const turns = Math.ceil(UNSIGNED_MAX / 4) + 1;
  const hung = Promise.withResolvers<void>();
  const last = { hang: true, expect: () => hung.resolve() } as const;
  const model = scriptedModel([...Array.from({ length: turns }, () => CALL), last]);
  const runtime = await createRuntime({ store, model, ...toolsOf(), ...SIGNED });
  await runtime.sessions.start({ session_id: 's', message: 'go' });
  await hung.promise;
  await runtime.close(0);
  const result = await verify(store);
  expect(result).toMatchObject({ ok: true });
  expect(result.signed_through).toBeGreaterThanOrEqual(UNSIGNED_MAX);
  expect(result.signed_through).toBeLessThan(result.entries - 1);
});

test('another key goes on from what a trusted one signed', async () => {
  const store = memoryStore();
  await begin(store, SIGNED, { reply: 'Here.' });
  const evidence = { signer: NEXT_SIGNER, trusted: [SIGNER] };
  expect(await goOn(store, { evidence })).toMatchObject({ state: 'awaiting_turn' });
  const result = await withRuntime({ store, evidence }, (runtime) => runtime.evidence.verify('s'));
  expect(result).toMatchObject({ ok: true, key_id: NEXT_SIGNER.key_id });
});

describe('a chain that is not the one that was signed is not gone on with', () => {
  const head = { kind: 'head', key: ['s'] } as const;
  type Bend = (store: Store) => Promise<readonly Write[]>;
  const bent = (write: Omit<Write, 'value'>, from: string, to: string): Bend => {
    return async (store) => {
      const value = (await store.get(write.kind, write.key)) ?? '';
      expect(value).toContain(from);
      return [{ ...write, value: value.replace(from, to) }];
    };
  };
  const signature = { kind: 'signature', key: ['s'] } as const;

  test.each<[string, RuntimeOptions, Bend]>([
    ['a signature that was altered', SIGNED, bent(signature, '"seq":', '"seq":1')],
    ['a signature that is none', SIGNED, async () => [{ ...signature, value: '{' }]],
    [
      'a signature by a key that is not trusted',
      { evidence: { signer: NEXT_SIGNER } },
      async () => [],
    ],
    [
      'an end that is gone',
      SIGNED,
      async (store) => {
        const { prev_hash } = JSON.parse((await store.get('evidence', ['s', 2])) ?? '') as {
          prev_hash: string;
        };
        const value = JSON.stringify({ seq: 1, hash: prev_hash, message_count: 1, tail_seq: 1 });
        return [
          { kind: 'evidence', key: ['s', 2], value: null },
          { ...head, value },
        ];
      },
    ],
  ])('%s', async (_, options, bend) => {
    const store = memoryStore();
    await begin(store, SIGNED, { reply: 'Here.' });
    await store.commit(await bend(store));
    const before = await store.get('signature', ['s']);
    await expect(goOn(store, options)).rejects.toMatchObject({ code: 'EVIDENCE_INVALID' });
    expect(await store.get('signature', ['s'])).toBe(before);
  });
});
