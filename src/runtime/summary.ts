/** A session as lists show it, read from its envelope: what is told is what is on disk. */
import {
  escalatedFrom,
  escalation,
  RuntimeError,
  type ChainHead,
  type CompletionKind,
  type EscalatedFrom,
  type Escalation,
  type SessionState,
  type SessionSummary,
} from '../../kernel/index.ts';
import type { Envelope, SessionContext } from '../../machines/index.ts';

/** `awaiting_turn.idle` for `{ awaiting_turn: 'idle' }`. */
export function stateDetail(value: unknown): string {
  if (typeof value === 'string') return value;
  return Object.entries(value as Record<string, unknown>)
    .map(([parent, child]) => `${parent}.${stateDetail(child)}`)
    .join(',');
}

export const topState = (detail: string): SessionState => detail.split('.')[0] as SessionState;

const TAGS: ReadonlyMap<string, readonly string[]> = new Map([
  ['awaiting_turn.idle', ['waiting']],
  ['awaiting_turn.paused', ['waiting']],
  ['approval_required', ['waiting', 'needs_human']],
  ['scheduled', ['waiting']],
  ['escalate', ['waiting', 'needs_human']],
  ['complete', []],
]);

/** The tags of a state, as the chart has them (a test holds the two together). */
const tagsOf = (detail: string): readonly string[] => TAGS.get(detail) ?? ['busy'];

export const isResting = (detail: string): boolean => !tagsOf(detail).includes('busy');

/** Reads the summary out of an envelope and its head. */
export function summarize(session_id: string, saved: Envelope, head: ChainHead): SessionSummary {
  const context = saved.snapshot.context as unknown as SessionContext;
  const detail = stateDetail(saved.snapshot.value);
  return {
    session_id,
    state: topState(detail),
    detail,
    tags: tagsOf(detail),
    turn_count: context.turn_count,
    tool_call_count: context.tool_call_count,
    message_count: head.message_count,
    usage: { input_tokens: context.input_tokens, output_tokens: context.output_tokens },
    cost_microusd: context.cost_microusd,
    ...optional(context),
    created_at: saved.created_at,
    updated_at: saved.saved_at,
  };
}

function optional(context: SessionContext): {
  pending_request_id?: string;
  escalation?: Escalation;
  escalated_from?: EscalatedFrom;
  completion?: CompletionKind;
  wake_at?: string;
} {
  const escalated = escalation.safeParse(context.escalation);
  const stood = escalatedFrom.safeParse(context.escalated_from);
  return {
    ...(context.request_id !== null && { pending_request_id: context.request_id }),
    ...(escalated.success && { escalation: escalated.data }),
    ...(stood.success && { escalated_from: stood.data }),
    ...(context.completion !== null && { completion: context.completion }),
    ...(context.wake_at !== null && { wake_at: context.wake_at }),
  };
}

/** Makes the error for an id that no session has. */
export function notFound(session_id: string): RuntimeError {
  return new RuntimeError('SESSION_NOT_FOUND', `There is no session ${JSON.stringify(session_id)}`);
}
