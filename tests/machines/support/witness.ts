/**
 * An observer outside the session: it hears what arrives and sees which effects start, and knows
 * nothing of the machine's own state. The rules compare the machine with what it remembers.
 */
import type {
  CallPosition,
  GrantedCall,
  ToolResult,
  ToolDecision,
  TurnPosition,
  TurnResult,
} from '../../../machines/index.ts';
import type { Limits } from '../../../kernel/contract/index.ts';
import { REQUEST_IDS, type AnyEvent } from './events.ts';

/** An effect that the machine has just started, with its input. */
export type Effect =
  | { readonly id: 'executeTurn'; readonly input: TurnPosition }
  | { readonly id: 'decideTool'; readonly input: CallPosition }
  | { readonly id: 'executeTool'; readonly input: GrantedCall };

/** One try of one call. */
export interface Try {
  readonly index: number;
  readonly attempt: number;
}

export interface Witness {
  readonly in_flight: Effect['id'] | null;
  readonly limits: Limits;
  /** Turns finished, and calls begun, of the whole session. */
  readonly turns: number;
  readonly calls: number;
  /** Calls that the last turn asked for, and how many of them are begun. */
  readonly asked: number;
  readonly begun: number;
  /** The turn or call that was begun last, until it has its result. */
  readonly open: (Try & { readonly kind: 'turn' | 'call' }) | null;
  /** How many requests for approval were made; the next one's id follows from it. */
  readonly requests: number;
  readonly pending: (Try & { readonly request_id: string }) | null;
  readonly grant: (Try & { readonly request_id: string | null }) | null;
  /** The last try that a person declined, or that nobody decided on in time. */
  readonly refused: Try | null;
}

export const firstWitness = (limits: Limits): Witness => ({
  in_flight: null,
  limits,
  turns: 0,
  calls: 0,
  asked: 0,
  begun: 0,
  open: null,
  requests: 0,
  pending: null,
  grant: null,
  refused: null,
});

export const nextRequestId = ({ requests }: Witness): string =>
  REQUEST_IDS[requests % REQUEST_IDS.length] ?? REQUEST_IDS[0];

type Patch = Partial<Witness>;

/** Whatever ran or was granted or waited for is dropped. */
const STOPPED: Patch = { in_flight: null, pending: null, grant: null };

/** Remembers an event that arrived. */
export function hear(witness: Witness, event: AnyEvent): Witness {
  return { ...witness, ...heard(witness, event) };
}

function heard(witness: Witness, event: AnyEvent): Patch {
  switch (event.type) {
    case 'limits.changed':
      return { limits: event.limits };
    case 'session.cancel':
    case 'limit.reached':
      return STOPPED;
    case 'approval.resolved':
      return resolved(witness, event);
    case 'approval.expired':
      return event.request_id === witness.pending?.request_id
        ? { pending: null, refused: tryOf(witness.pending) }
        : {};
    case 'escalation.continued':
    case 'escalation.result_given':
      return standsStill(witness) ? { open: null } : {};
    default:
      return answered(witness, event);
  }
}

/** A call is open, and nothing runs and nothing is asked: only an operator can move it. */
const standsStill = ({ open, in_flight, pending }: Witness): boolean =>
  open?.kind === 'call' && in_flight === null && pending === null;

export const sameTry = (left: Try | null, right: Try | null): boolean =>
  left?.index === right?.index && left?.attempt === right?.attempt;

const tryOf = ({ index, attempt }: Try): Try => ({ index, attempt });

function resolved(
  { pending }: Witness,
  event: Extract<AnyEvent, { type: 'approval.resolved' }>,
): Patch {
  if (event.request_id !== pending?.request_id) return {};
  return event.approved
    ? { pending: null, grant: { ...tryOf(pending), request_id: event.granted_request_id } }
    : { pending: null, refused: tryOf(pending), open: null };
}

/** An effect answered: it counts only when that effect is the one in flight. */
function answered(witness: Witness, event: AnyEvent): Patch {
  if (event.type === `xstate.error.actor.${witness.in_flight}`) return STOPPED;
  if (event.type !== `xstate.done.actor.${witness.in_flight}` || !('output' in event)) return {};
  switch (witness.in_flight) {
    case 'executeTurn':
      return turnAnswered(witness, event.output as TurnResult);
    case 'decideTool':
      return decisionAnswered(witness, event.output as ToolDecision);
    case 'executeTool':
      return (event.output as ToolResult).kind === 'finished'
        ? { in_flight: null, open: null }
        : { in_flight: null };
    case null:
      return {};
  }
}

function turnAnswered(witness: Witness, result: TurnResult): Patch {
  if (result.kind !== 'finished') return { in_flight: null };
  const asked = result.call_count;
  return { in_flight: null, turns: witness.turns + 1, asked, begun: 0, open: null };
}

function decisionAnswered(witness: Witness, verdict: ToolDecision): Patch {
  const call = tryOf(witness.open ?? { index: -1, attempt: 0 });
  switch (verdict.kind) {
    case 'allowed':
      return { in_flight: null, grant: { ...call, request_id: null } };
    case 'denied':
      return { in_flight: null, open: null };
    case 'approval_required':
      return {
        in_flight: null,
        requests: witness.requests + 1,
        pending: { ...call, request_id: verdict.request_id },
      };
  }
}

/** Remembers an effect that started. A grant is used up by the call that runs under it. */
export function see(witness: Witness, effect: Effect): Witness {
  switch (effect.id) {
    case 'executeTurn': {
      const { turn_index, attempt } = effect.input;
      return {
        ...witness,
        in_flight: effect.id,
        open: { kind: 'turn', index: turn_index, attempt },
      };
    }
    case 'decideTool': {
      const { tool_call_index, attempt } = effect.input;
      const begins = tool_call_index === witness.calls ? 1 : 0;
      return {
        ...witness,
        in_flight: effect.id,
        calls: witness.calls + begins,
        begun: witness.begun + begins,
        open: { kind: 'call', index: tool_call_index, attempt },
        grant: null,
        refused: sameTry(witness.refused, { index: tool_call_index, attempt })
          ? witness.refused
          : null,
      };
    }
    case 'executeTool':
      return { ...witness, in_flight: effect.id, grant: null };
  }
}
