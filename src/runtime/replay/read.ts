/** Reads what a replay takes from a store, at one moment of the session. */
import {
  evidenceEntry,
  isRuntimeError,
  RuntimeError,
  type EvidenceEntry,
  type Store,
} from '../../../kernel/index.ts';
import { decode, parseJson } from '../codec.ts';
import { readContent } from '../contents.ts';
import { readMessages, readSession } from '../session-records.ts';
import { notFound } from '../summary.ts';
import type { RecordedSession } from './contract.ts';

/** Batches that may come in between before the reading is given up. */
const READINGS_MAX = 5;

/**
 * @throws RuntimeError SESSION_NOT_FOUND, STORE_CORRUPT, EVENT_NOT_ACCEPTED (it is too busy),
 * REPLAY_NOT_POSSIBLE (it was pruned)
 */
export async function readRecorded(store: Store, session_id: string): Promise<RecordedSession> {
  if ((await store.get('tombstone', [session_id])) !== undefined) {
    const message = `Session ${session_id} was pruned: what it began with is gone`;
    throw new RuntimeError('REPLAY_NOT_POSSIBLE', message);
  }
  for (let left = READINGS_MAX; left > 0; left -= 1) {
    const head = await store.get('head', [session_id]);
    if (head === undefined) throw notFound(session_id);
    const { saved } = await readSession(store, session_id);
    const entries = await readEntries(store, session_id);
    const contents = await readContents(store, entries);
    const messages = await readMessages(store, session_id);
    // The head goes with every batch: it tells that none came in between.
    if ((await store.get('head', [session_id])) !== head) continue;
    return { session_id, entries, contents, messages, saved: saved.snapshot };
  }
  const message = `Session ${session_id} moves all the time: wait until it has settled`;
  throw new RuntimeError('EVENT_NOT_ACCEPTED', message);
}

async function readEntries(store: Store, session_id: string): Promise<EvidenceEntry[]> {
  const entries: EvidenceEntry[] = [];
  for await (const { key, value } of store.scan('evidence', { prefix: [session_id] })) {
    entries.push(decode(evidenceEntry, value, `evidence ${key.join('/')}`));
  }
  return entries;
}

/** The outputs of turns and calls: what the machine heard of them, and what the model was told. */
async function readContents(
  store: Store,
  entries: readonly EvidenceEntry[],
): Promise<ReadonlyMap<string, unknown>> {
  const contents = new Map<string, unknown>();
  for (const entry of entries) {
    if (!('output_hash' in entry) || entry.output_hash === undefined) continue;
    const { output_hash: hash } = entry;
    const content = await contentOf(store, hash);
    if (content !== undefined) contents.set(hash, content);
  }
  return contents;
}

/** One that is not what was written stands as null: the replay comes to it, and tells its entry. */
async function contentOf(store: Store, hash: string): Promise<unknown> {
  try {
    const text = await readContent(store, hash);
    return text === undefined ? undefined : parseJson(text, `blob ${hash}`);
  } catch (error) {
    if (isRuntimeError(error) && error.code === 'STORE_CORRUPT') return null;
    throw error;
  }
}
