/**
 * A table of ours over AARM R2, R5 and R6, which are about what is written down; each row carried
 * out. It is a self-test and no claim of conformance: the words of the requirements are abridged.
 */
import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { createRuntime, type Runtime } from 'troupe';
import { generateKey, memoryStore, signerOf, verifierOf } from 'troupe/adapters';
import {
  canonicalJson,
  compileRule,
  ruleDefinition,
  verifyChain,
  type Store,
  type Write,
} from 'troupe/kernel';
import { scriptedModel } from 'troupe/testing';
import { copyOf, play, problemOf, put, relink, SIGNER } from '../attacks/evidence-scene.ts';
import { recording } from '../attacks/obeying.ts';

describe('R2 the context of a session is a log that shows tampering', () => {
  test('whichever entry is altered, verification names it', async () => {
    const { store, entries } = await play();
    for (const entry of entries) {
      const copy = await copyOf(store);
      await copy.commit([put(entry, canonicalJson({ ...entry, task_id: 'another' }))]);
      const runtime = await createRuntime({ store: copy, recover: false, drive: false });
      const result = await runtime.evidence.verify('s');
      expect(result.ok ? 'none' : result.problem.seq).toBe(entry.seq);
      await runtime.close();
    }
    expect(entries.length).toBeGreaterThan(8);
  });
});

describe('R5 receipts are canonical, signed, and verify without the runtime', () => {
  test('as they are, with the public key alone', async () => {
    const { store, entries } = await play();
    const texts = await Array.fromAsync(store.scan('evidence', { prefix: ['s'] }));
    expect(texts.map(({ value }) => value)).toEqual(entries.map((entry) => canonicalJson(entry)));
    const { seq, hash } = entries.at(-1) ?? { seq: -1, hash: '' };
    const trusted = [verifierOf(SIGNER.public_key, 'key')];
    const signature = await store.get('signature', ['s']);
    const lines = texts.map(({ value }) => value);
    const result = await verifyChain('s', lines, { seq, hash }, { signature, trusted });
    expect(result).toMatchObject({ ok: true, signature: 'valid', signed_through: seq });
    const other = [verifierOf(signerOf(generateKey(), 'other').public_key, 'other')];
    expect(
      await verifyChain('s', lines, { seq, hash }, { signature, trusted: other }),
    ).toMatchObject({
      ok: false,
    });
  });

  test('and no field of any of them can be another', async () => {
    const { store, entries } = await play();
    for (const entry of entries.filter(({ kind }) => kind.startsWith('tool_call_'))) {
      for (const [field, value] of Object.entries(entry)) {
        const forged = { ...entry, [field]: flipped(value) };
        expect(await problemWith(store, put(entry, canonicalJson(forged))), field).not.toBe('none');
        if (LINKS.includes(field)) continue;
        const { text } = relink(entry, entry.prev_hash, forged);
        expect(await problemWith(store, put(entry, text)), field).not.toBe('none');
      }
    }
  });
});

/** What every link states of itself, so that a forger has no say in it. */
const LINKS = ['schema_version', 'hash', 'prev_hash', 'seq', 'session_id', 'timestamp'];

const flipped = (value: unknown): unknown => {
  if (typeof value === 'number') return value + 1;
  return typeof value === 'string' ? `${value}x` : [value];
};

async function problemWith(store: Store, write: Write): Promise<unknown> {
  const copy = await copyOf(store);
  await copy.commit([write]);
  return problemOf(copy);
}

describe('R6 who stands behind an action is recorded, and stays so', () => {
  const WHO = { run_id: 'run-1', task_id: 'task-1', session_id: 's' };
  const METADATA = { requested_by: 'dora', service: 'desk', agent: 'planner' };

  test('from the request, over a deferral and a restart, to the end', async () => {
    const store = memoryStore();
    const first = await openDeferring(store);
    const asked = { ...WHO, metadata: METADATA };
    await first.executeTool('email:send', {}, asked);
    const [request] = await first.approvals.list();
    await first.close();
    const second = await openDeferring(store);
    const { request_id = '' } = request ?? {};
    await second.resolveApproval({ request_id, approved: true, approved_by: 'ana' });
    await second.executeTool('email:send', {}, asked);
    const entries = await Array.fromAsync(second.evidence.read('s'));
    expect(entries).toMatchObject([
      { ...WHO, kind: 'approval_requested', requested_by: 'dora', metadata: METADATA },
      { ...WHO, kind: 'approval_resolved', approved_by: 'ana', request_id },
      { ...WHO, kind: 'tool_call_started', basis: 'approval', request_id, metadata: METADATA },
      { ...WHO, kind: 'tool_call_finished' },
    ]);
    await second.close();
  });

  test('of a session: its person, its model and what it said it was for', async () => {
    const store = memoryStore();
    const first = await openDeferring(store);
    const start = { session_id: 's', task_id: 'task-1', message: 'go', metadata: METADATA };
    const { pending_request_id: request_id = '' } = await (
      await first.sessions.start(start)
    ).settled();
    await first.close();
    const second = await openDeferring(store);
    await second.resolveApproval({ request_id, approved: true, approved_by: 'ana' });
    await second.sessions.settled('s');
    const entries = await Array.fromAsync(second.evidence.read('s'));
    const metadata = { ...METADATA, agent_intent: 'general' };
    const started = entries.find(
      (one) => one.kind === 'tool_call_started' && one.tool_name === 'email:send',
    );
    expect(started).toMatchObject({ session_id: 's', task_id: 'task-1', request_id, metadata });
    const run_ids = new Set(entries.map(({ run_id }) => run_id));
    expect(run_ids.size).toBe(1);
    expect(entries.find(({ kind }) => kind === 'approval_resolved')).toMatchObject({
      approved_by: 'ana',
    });
    await second.close();
  });
});

const DEFERS = compileRule(
  ruleDefinition.parse({ id: 'later', decision: 'defer', tools: ['email:*'] }),
);

const openDeferring = (store: Store): Promise<Runtime> =>
  createRuntime({
    ...{ store, tools: [recording('email:send', [])] },
    model: scriptedModel(({ messages }) =>
      messages.at(-1)?.role === 'tool' ? { complete: 'Done.' } : { tool: 'email:send' },
    ),
    policy: [{ level: 'workspace', default_decision: 'allow', rules: [DEFERS] }],
  });

test('nothing that is shipped claims conformance', async () => {
  for (const name of ['README.md', 'SECURITY.md', 'ARCHITECTURE.md', 'CHANGELOG.md']) {
    const text = await readFile(new URL(`../../${name}`, import.meta.url), 'utf8');
    expect(text, name).not.toMatch(/AARM|conformant|certified|complian(?:t|ce)/i);
  }
});
