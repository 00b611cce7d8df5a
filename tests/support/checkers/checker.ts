/** What a checker is, and the views of a history that several of them need. */
import type { EvidenceEntry, EvidenceKind } from 'troupe/kernel';
import type { History, SessionHistory } from '../history.ts';

/** Answers what is wrong with a history, in words that name the place. */
export type Checker = (history: History) => readonly string[] | Promise<readonly string[]>;

/** Answers what is wrong with how one history follows from an earlier one. */
export type Comparison = (before: History, after: History) => readonly string[];

export type EntryOf<Kind extends EvidenceKind> = Extract<EvidenceEntry, { readonly kind: Kind }>;

/** The entries of these kinds, in the order of the chain. */
export function entriesOf<Kind extends EvidenceKind>(
  { entries }: SessionHistory,
  ...kinds: readonly Kind[]
): readonly EntryOf<Kind>[] {
  const wanted: readonly string[] = kinds;
  return entries.filter((entry): entry is EntryOf<Kind> => wanted.includes(entry.kind));
}

/** Checks each session by itself. */
export const perSession =
  (check: (session: SessionHistory, history: History) => readonly string[]): Checker =>
  (history) =>
    history.sessions.flatMap((session) => check(session, history));

/** The session as it was, or as it became. */
export const sessionIn = (history: History, session_id: string): SessionHistory | undefined =>
  history.sessions.find((session) => session.session_id === session_id);

/** Whether nothing can happen to the session any more. */
export const isOver = ({ state }: SessionHistory): boolean => state === 'complete';
