/** I5: a start has exactly one end, no end comes without its start, and repeats are declared. */
import type { Receipt, StartedEntry } from 'troupe/kernel';
import type { SessionHistory } from '../history.ts';
import { entriesOf, perSession } from './checker.ts';

export const checkEnds = perSession((session) => [
  ...twoStarts(session),
  ...starts(session).flatMap((start) => wrongEnds(session, start)),
  ...ends(session).flatMap((end) => endsNothing(session, end)),
  ...starts(session).flatMap((start) => undeclaredRepeat(session, start)),
]);

const starts = (session: SessionHistory): readonly StartedEntry[] =>
  entriesOf(session, 'tool_call_started');

const ends = (session: SessionHistory): readonly Receipt[] =>
  entriesOf(session, 'tool_call_finished', 'tool_call_crashed');

function twoStarts(session: SessionHistory): readonly string[] {
  const counts = Map.groupBy(starts(session), ({ receipt_id }) => receipt_id);
  return [...counts].flatMap(([receipt_id, { length }]) =>
    length > 1 ? [`${receipt_id} started ${length} times`] : [],
  );
}

/** Open may be only what a restart takes up: the last start of a session that runs by itself. */
function wrongEnds(session: SessionHistory, { receipt_id, seq }: StartedEntry): readonly string[] {
  const count = ends(session).filter((end) => end.receipt_id === receipt_id).length;
  if (count === 1) return [];
  if (count > 1) return [`${receipt_id} ended ${count} times`];
  const isLast = seq === starts(session).at(-1)?.seq;
  return isLast && session.isRunning
    ? []
    : [`${receipt_id} has no end, and nobody will give it one`];
}

function endsNothing(session: SessionHistory, end: Receipt): readonly string[] {
  const isBegun = starts(session).some(
    ({ receipt_id, seq }) => receipt_id === end.receipt_id && seq < end.seq,
  );
  return isBegun ? [] : [`entry ${end.seq} ends ${end.receipt_id}, which was not begun`];
}

/** A second start within one attempt is the runtime's own doing, and a tool has to allow it. */
function undeclaredRepeat(session: SessionHistory, start: StartedEntry): readonly string[] {
  const isUndeclared = start.restart > 0 && start.recovery === 'manual';
  const succeeded = ends(session).some(
    ({ effect_id, seq, result }) =>
      effect_id === start.effect_id && seq < start.seq && result === 'success',
  );
  return [
    ...(isUndeclared ? [`${start.receipt_id} was started over, which its tool forbids`] : []),
    ...(succeeded ? [`${start.receipt_id} was tried again after it had succeeded`] : []),
  ];
}
