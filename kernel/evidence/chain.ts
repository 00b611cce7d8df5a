/**
 * Links evidence entries into the hash chain of a session. An entry is stored as its canonical
 * JSON; its hash covers that text without the `hash` member, and so everything else in it.
 */
import type { EntryDraft, EvidenceEntry } from '../contract/index.ts';
import { canonicalJson, sha256 } from '../canonical.ts';

/** What the first entry of every chain links to. */
export const GENESIS = '0'.repeat(64);

/** The place of an entry: its session, its number, what it follows, and when. */
export interface Link {
  readonly session_id: string;
  readonly seq: number;
  readonly prev_hash: string;
  /** ISO 8601, UTC. */
  readonly timestamp: string;
}

/** An entry in its place, and the bytes to store for it. */
export interface LinkedEntry {
  readonly entry: EvidenceEntry;
  readonly text: string;
}

/**
 * Gives a draft its place in the chain, and the bytes to store. It is called thousands of times a
 * second: the draft is trusted to have its type, and each member is brought to text once.
 * @throws TypeError when the draft holds what JSON cannot.
 */
export function linkEntry(draft: EntryDraft, link: Link): LinkedEntry {
  const fields: Fields = { ...draft, ...link, schema_version: 1 };
  // By UTF-16 code unit, as RFC 8785 has it.
  const keys = Object.keys(fields).sort();
  const before = membersText(
    fields,
    keys.filter((key) => key < 'hash'),
  );
  const behind = membersText(
    fields,
    keys.filter((key) => key > 'hash'),
  );
  const hash = sha256(objectText([before, behind]));
  return {
    // What a draft lacks of an entry of its kind is its link and its hash.
    entry: { ...fields, hash } as EvidenceEntry,
    text: objectText([before, hashMember(hash), behind]),
  };
}

/** The bytes that a hash covers: those of the stored entry without the hash itself. */
export function coveredText(text: string, hash: string): string {
  // No entry ends with its hash: `kind` comes behind it.
  return text.replace(`${hashMember(hash)},`, '');
}

type Fields = Readonly<Record<string, unknown>>;

/** The named members that have a value; the names are those of the contract and need no escape. */
function membersText(fields: Fields, keys: readonly string[]): string {
  return keys
    .filter((key) => fields[key] !== undefined)
    .map((key) => `"${key}":${canonicalJson(fields[key])}`)
    .join(',');
}

function objectText(parts: readonly string[]): string {
  return `{${parts.filter((part) => part !== '').join(',')}}`;
}

function hashMember(hash: string): string {
  return `"hash":"${hash}"`;
}
