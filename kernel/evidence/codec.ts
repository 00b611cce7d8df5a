/** Reads evidence, and what is kept beside it, back from bytes that may be damaged or forged. */
import type { z } from 'zod';
import { evidenceEntry, type EvidenceEntry } from '../contract/index.ts';
import { sha256 } from '../canonical.ts';
import { coveredText } from './chain.ts';

/** The entry, or what is the matter with its bytes. */
export type EntryReading =
  | { readonly entry: EvidenceEntry }
  | { readonly fault: 'altered' | 'unparsable'; readonly message: string };

/** Reads one entry and checks its bytes against the hash that they carry. Never throws. */
export function readEntry(text: string): EntryReading {
  const value = parseJson(text);
  const hash = memberOf(value, 'hash');
  if (typeof hash !== 'string') {
    return { fault: 'unparsable', message: 'is not an entry with a hash' };
  }
  if (sha256(coveredText(text, hash)) !== hash) {
    return { fault: 'altered', message: 'does not have the content that its hash covers' };
  }
  const parsed = evidenceEntry.safeParse(value);
  if (parsed.success) return { entry: parsed.data };
  const [issue] = parsed.error.issues;
  const message = `is not an entry of a known kind: ${issue?.path.join('.')} ${issue?.message}`;
  return { fault: 'unparsable', message };
}

/** The number that a text claims to have in its chain, whatever else is the matter with it. */
export function claimedSeq(text: string): number | undefined {
  const seq = memberOf(parseJson(text), 'seq');
  return typeof seq === 'number' ? seq : undefined;
}

/** Reads a record that is kept beside the chain; undefined for what does not fit its schema. */
export function readSeal<Schema extends z.ZodType>(
  schema: Schema,
  text: string,
): z.output<Schema> | undefined {
  return schema.safeParse(parseJson(text)).data;
}

function memberOf(value: unknown, name: string): unknown {
  const isRecord = typeof value === 'object' && value !== null && Object.hasOwn(value, name);
  return isRecord ? (value as Record<string, unknown>)[name] : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
