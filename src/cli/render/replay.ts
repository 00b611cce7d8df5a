/** What a replay came to: one line, the difference where there is one, and each move on request. */
import type { ErrorCode } from '../../../kernel/index.ts';
import type { ReplayMove, ReplayResult } from '../../runtime/replay/contract.ts';
import { printableLine } from '../printable.ts';
import type { Style } from './style.ts';
import { table } from './table.ts';

/** A session that was not replayed, and why. */
export interface NotReplayed {
  readonly session_id: string;
  readonly code: ErrorCode;
  readonly message: string;
}

/** How a replay is told. */
export interface Manner {
  /** Whether every move is shown. */
  readonly isVerbose: boolean;
  readonly style: Style;
}

/** Tells to people what came of a replay. */
export function replayText(
  result: ReplayResult | NotReplayed,
  { isVerbose, style }: Manner,
): string {
  if ('code' in result) {
    const { session_id, code, message } = result;
    return `${style.faint('--')}  ${printableLine(`${session_id}: ${code}: ${message}`)}`;
  }
  const { session_id, entries, moves, state, machine_version } = result;
  const subject = `${printableLine(session_id)}: ${entries} entries replayed`;
  const lines = isVerbose ? [moveTable(moves, style), ''] : [];
  if (result.ok) {
    const end = `${moves.length} moves of machine version ${machine_version} to ${state}`;
    return [...lines, `${style.good('ok')}  ${subject}, ${end}`].join('\n');
  }
  const { seq, kind, event, expected, came } = result.difference;
  return [
    ...lines,
    `${style.bad('DIFFERS')}  ${subject}, then entry ${seq} (${kind}) is not what follows`,
    ...(event === undefined ? [] : [`behind    ${printableLine(event)}`]),
    `expected  ${printableLine(expected)}`,
    `came      ${printableLine(came)}`,
  ].join('\n');
}

function moveTable(moves: readonly ReplayMove[], style: Style): string {
  const rows = moves.map(({ seq, event, from, to }) => [
    seq === undefined ? 'end' : String(seq),
    printableLine(event),
    from,
    to,
  ]);
  return table(['to entry', 'event', 'from', 'to'], rows, style);
}
