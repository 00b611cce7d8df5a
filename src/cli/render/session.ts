/** Sessions in lists and one by one. */
import type {
  EvidenceEntry,
  Message,
  SessionState,
  SessionSummary,
} from '../../../kernel/index.ts';
import { printable } from '../printable.ts';
import type { Standing } from '../standing.ts';
import { entryTable } from './evidence.ts';
import type { Style } from './style.ts';
import { pairs, table } from './table.ts';
import { messageRows } from './transcript.ts';

/** Lists sessions with what each of them waits for. */
export function sessionTable(summaries: readonly SessionSummary[], style: Style): string {
  if (summaries.length === 0) return 'No sessions';
  const rows = summaries.map((summary) => [
    summary.session_id,
    summary.detail,
    waitingFor(summary),
    String(summary.turn_count),
    String(summary.tool_call_count),
    summary.updated_at,
  ]);
  return table(['session', 'state', 'waits for', 'turns', 'calls', 'updated'], rows, style);
}

const WAITING: Readonly<Record<SessionState, string>> = {
  awaiting_turn: 'resume',
  tool_request: 'resume',
  approval_required: 'approval',
  scheduled: 'its time',
  escalate: 'an answer',
  complete: '',
};

const waitingFor = ({ state, detail }: SessionSummary): string =>
  detail === 'awaiting_turn.idle' ? 'a message' : WAITING[state];

/** Where a session stands, and the commands that go on. */
export function standingText(summary: SessionSummary, standing: Standing, style: Style): string {
  const { session_id, detail } = summary;
  const { waits_for, remedy } = standing;
  const head = pairs({ session: session_id, state: detail, 'waits for': waits_for, remedy }, style);
  const next = standing.next.map((line) => `  ${printable(line)}`);
  return [head, style.faint('go on with'), ...next].join('\n');
}

export interface ShownSession {
  readonly summary: SessionSummary;
  readonly standing: Standing;
  readonly messages: readonly Message[];
  /** The last entries. */
  readonly evidence: readonly EvidenceEntry[];
}

/** Everything about one session that fits a terminal. */
export function sessionText(session: ShownSession, style: Style): string {
  const { summary, messages, evidence, standing } = session;
  const { usage } = summary;
  const counts = pairs(
    {
      created: summary.created_at,
      updated: summary.updated_at,
      turns: summary.turn_count,
      calls: summary.tool_call_count,
      tokens: `${usage.input_tokens} in, ${usage.output_tokens} out`,
      cost: `${(summary.cost_microusd / 1e6).toFixed(6)} USD`,
    },
    style,
  );
  return [
    counts,
    messages.flatMap((message) => messageRows(message, style)).join('\n'),
    entryTable(evidence, style),
    standingText(summary, standing, style),
  ].join('\n\n');
}
