/** The history of a session as policy asks about it, read from its evidence. */
import { z } from 'zod';
import {
  evidenceEntry,
  TURN_TOOL,
  type EvidenceEntry,
  type HistoryBook,
  type Store,
} from '../../kernel/index.ts';
import { decode, parseJson } from './codec.ts';
import { readContent } from './contents.ts';
import type { ForkedFrom } from './session-entries.ts';

/**
 * Collects the facts of every call that was started. It reads the whole session, and is asked for
 * only where a rule looks at the history; inputs are read of the tools that such a rule names.
 */
export async function callHistory(
  store: Store,
  session_id: string,
  book: HistoryBook,
  /** The last entry that counts. */
  until = Number.POSITIVE_INFINITY,
): Promise<ReadonlySet<string>> {
  const facts = new Set<string>();
  if (book.isEmpty) return facts;
  for await (const { key, value } of store.scan('evidence', { prefix: [session_id] })) {
    const entry = decode(evidenceEntry, value, `evidence ${key.join('/')}`);
    if (entry.seq > until) break;
    const origin = forkedFrom(entry);
    const earlier = origin && (await callHistory(store, origin.session_id, book, origin.seq));
    for (const fact of earlier ?? []) facts.add(fact);
    if (!isAskedAbout(entry, book)) continue;
    const text = await readContent(store, entry.input_hash);
    const input = text === undefined ? undefined : parseJson(text, `blob ${entry.input_hash}`);
    for (const fact of book.factsOf({ tool_name: entry.tool_name, input })) facts.add(fact);
  }
  return facts;
}

/** What a session read before it was forked, the fork has read as well. */
const origin = z.object({
  forked_from: z.object({ session_id: z.string(), seq: z.number(), hash: z.string() }),
});

/** Where a session goes on from another, as its first entry says. */
export function forkedFrom(entry: EvidenceEntry): ForkedFrom | undefined {
  if (entry.kind !== 'session_started') return undefined;
  return origin.safeParse(entry.details).data?.forked_from;
}

type Started = Extract<EvidenceEntry, { kind: 'tool_call_started' }>;

function isAskedAbout(entry: EvidenceEntry, book: HistoryBook): entry is Started {
  if (entry.kind !== 'tool_call_started' || entry.tool_name === TURN_TOOL) return false;
  return book.asksAbout(entry.tool_name);
}
