/** Contents by their hash, read back: one that is another than was written is never used. */
import {
  evidenceEntry,
  RuntimeError,
  sha256,
  type EvidenceEntry,
  type EvidenceProblem,
  type Store,
} from '../../kernel/index.ts';
import { decode } from './codec.ts';

/** @throws RuntimeError STORE_CORRUPT for a text that its hash is not of */
export async function readContent(store: Store, hash: string): Promise<string | undefined> {
  const text = await store.get('blob', [hash]);
  if (text === undefined || sha256(text) === hash) return text;
  throw new RuntimeError('STORE_CORRUPT', `The content ${hash} is not what was written`);
}

/** Names of the members that hold the hash of a content; of some the store has no text. */
const CONTENT_MEMBERS = [
  'input_hash',
  'output_hash',
  'snapshot_hash',
  'content_hash',
  'edited_input_hash',
  'modified_from',
  'read_from',
];

/** The hashes of the contents that an entry names. */
export function contentHashes(entry: EvidenceEntry): readonly string[] {
  return Object.entries(entry).flatMap(([name, hash]) =>
    CONTENT_MEMBERS.includes(name) && typeof hash === 'string' ? [hash] : [],
  );
}

/** Looks at every content that a chain names and the store has; answers the first altered one. */
export async function alteredContent(
  store: Store,
  session_id: string,
): Promise<EvidenceProblem | undefined> {
  for await (const { key, value } of store.scan('evidence', { prefix: [session_id] })) {
    const entry = decode(evidenceEntry, value, `evidence ${key.join('/')}`);
    for (const hash of contentHashes(entry)) {
      const text = await store.get('blob', [hash]);
      if (text !== undefined && sha256(text) !== hash) return alteredContentAt(entry.seq, hash);
    }
  }
  return undefined;
}

/** Makes the problem with a content that an entry names. */
export function alteredContentAt(seq: number, hash: string): EvidenceProblem {
  return { kind: 'altered', seq, message: `entry ${seq} names content ${hash}, which is another` };
}
