/** Reads evidence entries back from their bytes, which may be damaged or forged. */
import { z } from 'zod';
import { evidenceEntry, type EvidenceEntry } from '../contract/index.ts';
import { sha256 } from '../canonical.ts';
import { coveredText } from './chain.ts';

/** The entry, or what is the matter with its bytes. */
export type EntryReading =
  | { readonly entry: EvidenceEntry }
  | { readonly fault: 'altered' | 'unparsable'; readonly message: string };

const hashed = z.looseObject({ hash: z.string() });
const numbered = z.looseObject({ seq: z.number() });

/** Reads one entry and checks its bytes against the hash that they carry. Never throws. */
export function readEntry(text: string): EntryReading {
  const value = parseJson(text);
  const { data: sealed } = hashed.safeParse(value);
  if (!sealed) return { fault: 'unparsable', message: 'is not an entry with a hash' };
  if (sha256(coveredText(text, sealed.hash)) !== sealed.hash) {
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
  return numbered.safeParse(parseJson(text)).data?.seq;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
