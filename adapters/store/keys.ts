/**
 * The one grammar of store keys: a family name and its parts, each ended by `!`. Keys are printable
 * ASCII and sort as their tuples do: numbers by value, texts by code point, the shorter first.
 * Whatever a part holds, two tuples never share a key and no key leaves the range of its prefix.
 */
import { RuntimeError, type RecordKey, type RecordKind, type Scan } from '../../kernel/index.ts';

type PartType = 'text' | 'position';

/** The record kinds, and what the store keeps about itself. */
export type KeyFamily = RecordKind | 'meta';

/** Every key there is. */
const SHAPES = {
  /** `meta!format!`: what the folder holds and in which version; never written by a commit. */
  meta: ['text'],
  /** `session!<session_id>!` */
  session: ['text'],
  /** `running!<session_id>!`: the sessions that a restart picks up. */
  running: ['text'],
  /** `session_start!<session_id>!` */
  session_start: ['text'],
  /** `workflow!<session_id>!` */
  workflow: ['text'],
  /** `head!<session_id>!` */
  head: ['text'],
  /** `signature!<session_id>!` */
  signature: ['text'],
  /** `tombstone!<session_id>!` */
  tombstone: ['text'],
  /** `evidence!<session_id>!<seq>!`: a session's entries in chain order. */
  evidence: ['text', 'position'],
  /** `message!<session_id>!<index>!`: a transcript in order. */
  message: ['text', 'position'],
  /** `blob!<sha256>!` */
  blob: ['text'],
  /** `approval!<session_id>!<request_id>!`: a session's approvals side by side. */
  approval: ['text', 'text'],
  /** `approval_ref!<request_id>!`: finds the session of an approval. */
  approval_ref: ['text'],
  /** `wakeup!<due_at>!<id>!`: what is due is the head of one range, over all sessions. */
  wakeup: ['position', 'text'],
} as const satisfies Record<KeyFamily, readonly PartType[]>;

/** Ends a part. It sorts before every character that a part can hold. */
const END = '!';
/** Sorts right behind END: closes the range of all keys that share a prefix. */
const BEHIND_END = '"';
/** Starts the escape of a character that sorts before the plain ones. */
const ESCAPE_LOW = '"';
/** Starts the escape of a character that sorts behind the plain ones. */
const ESCAPE_HIGH = '~';
/** The characters between the escapes stand for themselves. */
const PLAIN_ONLY = /^[#-}]*$/;
const NOT_PLAIN = /[^#-}]/gu;
const PLAIN_FIRST = '#';
const ESCAPE = /["~]((?:0[0-9a-f]|10)[0-9a-f]{4})/g;
const POSITION = /^\d{16}$/;
const POSITION_DIGITS = 16;

/** A half-open range of keys, in the terms of LevelDB. */
export interface KeyRange {
  readonly gte: string;
  readonly lt: string;
  /** Infinity where the scan names none. */
  readonly limit: number;
  readonly reverse: boolean;
}

/** Makes the key of a record. Throws a TypeError on parts that do not fit the family. */
export function encodeKey(family: KeyFamily, key: RecordKey): string {
  const count = SHAPES[family].length;
  if (key.length !== count) {
    throw new TypeError(`parts of a key of ${family}: expected ${count}, got ${key.length}`);
  }
  return encodePrefix(family, key);
}

/** Reads the parts back from a key of that family; STORE_CORRUPT for what nobody encoded. */
export function decodeKey(family: KeyFamily, text: string): RecordKey {
  const shape: readonly PartType[] = SHAPES[family];
  const [name, ...parts] = text.split(END);
  const rest = parts.pop();
  if (name !== family || rest !== '' || parts.length !== shape.length) throw unreadable(text);
  return parts.map((part, index) =>
    shape[index] === 'position' ? decodePosition(part, text) : decodeText(part, text),
  );
}

/** Makes the range that a scan asks for. Throws a TypeError on parts that do not fit the family. */
export function encodeRange(family: KeyFamily, scan: Scan = {}): KeyRange {
  const { prefix = [], from, to, limit = Infinity, reverse = false } = scan;
  if (limit !== Infinity && !isPosition(limit)) {
    throw new TypeError(`the limit of a scan must be a count, got ${limit}`);
  }
  const start = from === undefined ? prefix : [...prefix, from];
  const end = to === undefined ? prefix : [...prefix, to];
  return {
    gte: encodePrefix(family, start),
    lt: encodePrefix(family, end).slice(0, -END.length) + BEHIND_END,
    limit,
    reverse,
  };
}

function encodePrefix(family: KeyFamily, parts: RecordKey): string {
  let text = family + END;
  for (const [index, part] of parts.entries()) text += encodePart(family, index, part) + END;
  return text;
}

function encodePart(family: KeyFamily, index: number, part: string | number): string {
  const type: PartType | undefined = SHAPES[family][index];
  if (type === 'text' && typeof part === 'string') return encodeText(part);
  if (type === 'position' && isPosition(part)) return String(part).padStart(POSITION_DIGITS, '0');
  const shown = String(part).slice(0, 100);
  throw new TypeError(
    `part ${index} of a key of ${family} must be ${expected(type)}, got ${shown}`,
  );
}

function expected(type: PartType | undefined): string {
  if (type === undefined) return 'left out';
  return type === 'text' ? 'a string' : 'a whole number from 0 to 2^53 - 1';
}

function isPosition(part: string | number): boolean {
  return typeof part === 'number' && Number.isSafeInteger(part) && part >= 0;
}

/** Escapes by code point, so that the order stays and lone surrogates stay apart. */
function encodeText(text: string): string {
  if (PLAIN_ONLY.test(text)) return text;
  return text.replace(NOT_PLAIN, (character) => {
    const escape = character < PLAIN_FIRST ? ESCAPE_LOW : ESCAPE_HIGH;
    return escape + (character.codePointAt(0) ?? 0).toString(16).padStart(6, '0');
  });
}

function decodeText(part: string, key: string): string {
  if (PLAIN_ONLY.test(part)) return part;
  const text = part.replace(ESCAPE, (_, hex: string) => String.fromCodePoint(parseInt(hex, 16)));
  if (encodeText(text) !== part) throw unreadable(key);
  return text;
}

function decodePosition(part: string, key: string): number {
  const position = Number(part);
  if (!POSITION.test(part) || !isPosition(position)) throw unreadable(key);
  return position;
}

function unreadable(key: string): RuntimeError {
  const shown = key.slice(0, 200);
  return new RuntimeError('STORE_CORRUPT', `No record has the key ${JSON.stringify(shown)}`, {
    details: { key: shown },
  });
}
