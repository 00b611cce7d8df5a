/** The evidence of a session as a list, whole or its end. */
import type { EvidenceEntry } from '../../kernel/index.ts';
import type { Evidence } from '../runtime/evidence.ts';

/** @throws RuntimeError SESSION_NOT_FOUND, STORE_CORRUPT */
export async function readEntries(
  evidence: Evidence,
  session_id: string,
  count_max = Number.POSITIVE_INFINITY,
): Promise<readonly EvidenceEntry[]> {
  const entries: EvidenceEntry[] = [];
  for await (const entry of evidence.read(session_id)) {
    entries.push(entry);
    if (entries.length > count_max) entries.shift();
  }
  return entries;
}
