/** A recorded session to replay, and what somebody with the store in hand can make of it. */
import { createRuntime } from 'troupe';
import {
  canonicalJson,
  contentHash,
  GENESIS,
  linkEntry,
  message,
  verifyChain,
  type EvidenceEntry,
} from 'troupe/kernel';
import { manualClock, memoryStore, scriptedModel, seededIds } from 'troupe/testing';
import type { RecordedSession } from '../../src/runtime/replay/contract.ts';
import { readHistory } from '../support/history.ts';
import { ALLOW, asks, writes } from '../scenarios/desk.ts';

const note = (tool: string, text: string) => ({ tool, input: { text } });

/** A call that runs, two more of one turn of which one is approved, a reply, a message, an end. */
export async function recordedSession(): Promise<RecordedSession> {
  const store = memoryStore();
  const clock = manualClock();
  const runtime = await createRuntime({
    store,
    tools: [writes([]), writes([], 'notes:ask')],
    policy: [ALLOW, asks('notes:ask')],
    model: scriptedModel([
      note('notes:write', 'first'),
      { tools: [note('notes:write', 'second'), note('notes:ask', 'third')] },
      { reply: 'Which?' },
      { complete: 'Done.' },
    ]),
    system: { clock, alarm: clock.alarm, ids: seededIds(1) },
  });
  const limits = { max_turns_per_session: 4 };
  const session = await runtime.sessions.start({ session_id: 's', message: 'go', limits });
  await session.settled();
  const { pending_request_id: request_id = '' } = await session.summary();
  await runtime.resolveApproval({ request_id, approved: true, approved_by: 'ana' });
  await session.settled();
  await session.send('that');
  await session.settled();
  await runtime.close();
  const { sessions, contents } = await readHistory(store, [], clock.now());
  const [only] = sessions;
  if (!only) throw new Error('expected a session');
  const { session_id, entries, state, context } = only;
  const messages = only.messages.map((text) => message.parse(JSON.parse(text)));
  return { session_id, entries, contents, messages, saved: { value: state, context } };
}

export type Change = (recorded: RecordedSession) => RecordedSession;

type Fields = Readonly<Record<string, unknown>>;

/** The n-th entry of a kind with other fields; counted from 0. */
export const altered =
  (kind: string, nth: number, change: (entry: EvidenceEntry) => Fields): Change =>
  (recorded) => {
    const target = recorded.entries.filter((entry) => entry.kind === kind)[nth];
    return relinked(
      recorded,
      recorded.entries.map((entry) => (entry === target ? { ...entry, ...change(entry) } : entry)),
    );
  };

/** Without the n-th entry of a kind. */
export const without =
  (kind: string, nth: number): Change =>
  (recorded) => {
    const target = recorded.entries.filter((entry) => entry.kind === kind)[nth];
    return relinked(
      recorded,
      recorded.entries.filter((entry) => entry !== target),
    );
  };

/** With more entries behind the first that is of this kind. */
export const added =
  (behind: string, more: (entries: readonly EvidenceEntry[]) => readonly EvidenceEntry[]): Change =>
  (recorded) => {
    const { entries } = recorded;
    const at = entries.findIndex(({ kind }) => kind === behind) + 1;
    const all = [...entries.slice(0, at), ...more(entries), ...entries.slice(at)];
    return relinked(recorded, all);
  };

/** A content put in the place of what an entry names, under its own true hash. */
export const swapped =
  (kind: string, nth: number, change: (output: Fields) => unknown): Change =>
  (recorded) => {
    const target = recorded.entries.filter((entry) => entry.kind === kind)[nth];
    const hash = target && 'output_hash' in target ? (target.output_hash ?? '') : '';
    const content = change(recorded.contents.get(hash) as Fields);
    const output_hash = contentHash(content);
    const contents = new Map([...recorded.contents, [output_hash, content]]);
    return { ...altered(kind, nth, () => ({ output_hash }))(recorded), contents };
  };

/** Gives every entry its place and its hash anew: what the chain shows is in order. */
function relinked(recorded: RecordedSession, entries: readonly EvidenceEntry[]): RecordedSession {
  const { session_id } = recorded;
  let prev_hash = GENESIS;
  const chain = entries.map((entry, seq) => {
    const { hash: _, ...draft } = entry;
    const place = { session_id, seq, prev_hash, timestamp: entry.timestamp };
    const linked = linkEntry(draft, place);
    prev_hash = linked.entry.hash;
    return linked.entry;
  });
  return { ...recorded, entries: chain };
}

/** Whether the chain by itself shows nothing. */
export async function isWhole({ session_id, entries }: RecordedSession): Promise<boolean> {
  const { seq = -1, hash = GENESIS } = entries.at(-1) ?? {};
  const texts = entries.map((entry) => canonicalJson(entry));
  return (await verifyChain(session_id, texts, { seq, hash })).ok;
}
