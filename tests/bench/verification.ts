/** How fast a long, signed chain on disk is verified, from its first byte to its last decision. */
import { createRuntime } from 'troupe';
import { generateKey, openLevelStore, signerOf } from 'troupe/adapters';
import {
  canonicalJson,
  contentHash,
  GENESIS,
  linkEntry,
  signHead,
  type ChainEnd,
  type EntryDraft,
  type Store,
  type Write,
} from 'troupe/kernel';
import { inFolder } from './desk.ts';
import type { Benchmark } from './measure.ts';

const SESSION = 'long-session';
const BATCH = 10_000;
const INSTANT = '2026-11-21T09:00:00.000Z';
const SIGNER = signerOf(generateKey(), 'the key of the benchmark');

export const verification: Benchmark = {
  name: 'verification',
  async *measure({ runs, isQuick }) {
    const entries = isQuick ? 100_000 : 1_000_000;
    const seconds = await inFolder(async (folder) => {
      await writeChain(folder, entries);
      const times: number[] = [];
      for (let run = 0; run < runs; run += 1) times.push(await verify(folder, entries));
      return times;
    });
    const rates = seconds.map((time) => entries / time);
    yield { bench: 'verified_entries', unit: 'entries/s', values: rates, of: { entries } };
    yield { bench: 'verification', unit: 's', values: seconds, of: { entries } };
  },
};

async function verify(folder: string, entries: number): Promise<number> {
  const evidence = { signer: SIGNER };
  const runtime = await createRuntime({ store: folder, evidence, drive: false, recover: false });
  const begun = performance.now();
  const result = await runtime.evidence.verify(SESSION);
  const elapsed_ms = performance.now() - begun;
  await runtime.close();
  if (!result.ok || result.entries !== entries) throw new Error('the chain must verify');
  return elapsed_ms / 1_000;
}

/** Writes a chain of allowed calls, one after the other, with its head and signature. */
async function writeChain(folder: string, count: number): Promise<void> {
  const store = await openLevelStore(folder);
  let head: ChainEnd = { seq: -1, hash: GENESIS };
  while (head.seq + 1 < count)
    head = await writeEntries(store, head, Math.min(BATCH, count - head.seq - 1));
  const record = { ...head, message_count: 0, tail_seq: count };
  const signature = signHead(SIGNER, { session_id: SESSION, ...head }, INSTANT);
  await store.commit([
    { kind: 'head', key: [SESSION], value: canonicalJson(record) },
    { kind: 'signature', key: [SESSION], value: canonicalJson(signature) },
  ]);
  await store.close();
}

async function writeEntries(store: Store, from: ChainEnd, count: number): Promise<ChainEnd> {
  let { seq, hash } = from;
  const writes: Write[] = [];
  for (let written = 0; written < count; written += 1) {
    seq += 1;
    const link = { session_id: SESSION, seq, prev_hash: hash, timestamp: INSTANT };
    const { entry, text } = linkEntry(draftOf(seq), link);
    hash = entry.hash;
    writes.push({ kind: 'evidence', key: [SESSION, seq], value: text });
  }
  await store.commit(writes);
  return { seq, hash };
}

const INPUT_HASH = contentHash({ title: 'Review of the spring catalogue' });

/** The start of a call, and behind it its end. */
function draftOf(seq: number): EntryDraft {
  const effect_id = `${SESSION}/tool/${Math.floor(seq / 2)}`;
  const effect = {
    ...{ run_id: 'run-1', task_id: 'task-1', tool_name: 'calendar:create-event' },
    ...{ effect_id, receipt_id: `${effect_id}#1.0`, attempt: 1, restart: 0 },
  };
  if (seq % 2 === 1) {
    return {
      ...{ ...effect, kind: 'tool_call_finished', result: 'success', artifacts_written: [] },
      ...{ duration_ms: 1.25, output_hash: INPUT_HASH },
    };
  }
  const scopes = [{ type: 'path', pattern: 'calendar/**', access: 'write' } as const];
  return {
    ...{ ...effect, kind: 'tool_call_started', tool_version: '1.0.0', recovery: 'retry' },
    ...{ execution_mode: 'in-process', basis: 'allow', input_hash: INPUT_HASH, digest: INPUT_HASH },
    ...{ policy_version: INPUT_HASH, workspace_config_hash: INPUT_HASH, runtime_version: '0.1.0' },
    ...{ scope_requested: scopes, scope_allowed: scopes, scope_enforced: scopes },
    policy_decisions: [{ policy_id: 'intent.scheduling', decision: 'allow', level: 'pack' }],
    metadata: { agent_intent: 'scheduling' },
  };
}
