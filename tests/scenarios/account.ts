/**
 * The account of a store: what must be the same however often the process was restarted. Left out
 * is only what tells that it was: the entries of the resuming, and so the places in the chain.
 */
import type { EvidenceEntry } from 'troupe/kernel';
import type { History, SessionHistory } from '../support/history.ts';

const REQUEST_ID = /apr-[0-9a-f]{24}/g;

/** Tells a history without the places of its entries; contents stand for their hashes. */
export function accountOf(history: History): unknown {
  const { sessions, wakeups, effects } = history;
  const account = {
    sessions: sessions.map((session) => accountOfSession(session, history)),
    wakeups,
    effects,
  };
  return numbered(account);
}

function accountOfSession(session: SessionHistory, { contents }: History): unknown {
  const { entries, session_id, state, context, messages, isRunning } = session;
  const told = entries
    .filter(({ kind }) => kind !== 'session_resumed')
    .map((entry) => withContents(withoutPlace(entry), contents));
  const approvals = inOrder(session);
  return { session_id, state, context, messages, approvals, isRunning, entries: told };
}

/** The approvals in the order of their requests: that of their ids follows from their places. */
function inOrder({ entries, approvals }: SessionHistory): SessionHistory['approvals'] {
  const requested = entries.flatMap((entry) =>
    entry.kind === 'approval_requested' ? [entry.request_id] : [],
  );
  return approvals.toSorted(
    (a, b) => requested.indexOf(a.request_id) - requested.indexOf(b.request_id),
  );
}

/** What a session knows when it writes is hashed with the ids of its requests: replays hold it. */
function withoutPlace(entry: EvidenceEntry): Readonly<Record<string, unknown>> {
  const { seq: _seq, prev_hash: _previous, hash: _hash, state_hash: _state, ...rest } = entry;
  return rest;
}

const withContents = (
  entry: Readonly<Record<string, unknown>>,
  contents: ReadonlyMap<string, unknown>,
): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(entry).map(([name, value]) => {
      const content = typeof value === 'string' ? contents.get(value) : undefined;
      return [name, content ?? value];
    }),
  );

/** The id of a request follows from its place in the chain: it is told by its number instead. */
export function numbered(value: unknown): unknown {
  const text = JSON.stringify(value);
  const ids = [...new Set(text.match(REQUEST_ID))];
  return JSON.parse(text.replaceAll(REQUEST_ID, (id) => `approval ${ids.indexOf(id)}`));
}
