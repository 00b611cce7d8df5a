/** What must hold for every move of every path, each rule by its name. */
import type { SnapshotFrom } from 'xstate';
import type { LimitName } from '../../../kernel/contract/index.ts';
import type { SessionContext, sessionMachine } from '../../../machines/index.ts';
import { WIDE, type AnyEvent } from './events.ts';
import { sameTry, type Effect, type Try, type Witness } from './witness.ts';

export type SessionSnapshot = SnapshotFrom<typeof sessionMachine>;

/** One move of a path; `from` is null for the very first one. */
export interface Move {
  readonly event: AnyEvent | null;
  readonly from: SessionSnapshot | null;
  readonly to: SessionSnapshot;
  readonly started: readonly Effect[];
  /** What the witness knew before the event, with the event, and with the effects it started. */
  readonly known: Witness;
  readonly heard: Witness;
  readonly seen: Witness;
}

type Rule = (move: Move) => boolean;

/** `awaiting_turn.idle` for `{awaiting_turn: 'idle'}`. */
export function stateOf({ value }: SessionSnapshot): string {
  if (typeof value === 'string') return value;
  return Object.entries(value).flat().join('.');
}

const iff = (left: boolean, right: boolean): boolean => left === right;

const turnsIn = ({ started }: Move) =>
  started.filter((effect) => effect.id === 'executeTurn').map(({ input }) => input);

const decisionsIn = ({ started }: Move) =>
  started.filter((effect) => effect.id === 'decideTool').map(({ input }) => input);

const runsIn = ({ started }: Move) =>
  started.filter((effect) => effect.id === 'executeTool').map(({ input }) => input);

const EFFECTS: Readonly<Record<string, Rule>> = {
  'a tool runs only behind an allow or a granted approval of this very call and attempt': (move) =>
    runsIn(move).every(({ tool_call_index: index, attempt, request_id }) => {
      const { grant } = move.heard;
      return grant?.request_id === request_id && sameTry(grant, { index, attempt });
    }),
  'a declined or expired call never runs': (move) =>
    runsIn(move).every(
      ({ tool_call_index: index, attempt }) => !sameTry(move.heard.refused, { index, attempt }),
    ),
  'calls are decided on one after the other, in the order of the turn': (move) =>
    decisionsIn(move).every(({ turn_index, tool_call_index, call_in_turn }) => {
      const { open, calls, begun, turns } = move.heard;
      const back = open?.kind === 'call' ? 1 : 0;
      const isNext = tool_call_index === calls - back && call_in_turn === begun - back;
      return isNext && turn_index === turns - 1;
    }),
  'no call is dropped: all that a turn asked for have their result before the next turn': (move) =>
    turnsIn(move).every(({ turn_index }) => {
      const { open, asked, begun, turns } = move.heard;
      return begun === asked && open?.kind !== 'call' && turn_index === turns;
    }),
  'an attempt counts the tries of one turn or call': ({ started, heard: { open }, event }) =>
    started.every((effect) => {
      const { kind, index, attempt } = tryOf(effect);
      if (open?.kind !== kind || open.index !== index) return attempt === 1;
      const isNextTry = event?.type.startsWith('escalation.') === true;
      return attempt === open.attempt + (isNextTry ? 1 : 0);
    }),
  'no turn begins beyond its limit': (move) =>
    turnsIn(move).every(() => move.heard.turns < bound(move, 'max_turns_per_session')),
  'no call begins beyond its limit': (move) =>
    decisionsIn(move).every(
      ({ tool_call_index }) =>
        move.heard.open?.kind === 'call' ||
        tool_call_index < bound(move, 'max_tool_calls_per_session'),
    ),
};

const bound = ({ heard }: Move, limit: LimitName): number => heard.limits[limit] ?? Infinity;

function tryOf(effect: Effect): Try & { readonly kind: 'turn' | 'call' } {
  const { input } = effect;
  return effect.id === 'executeTurn'
    ? { kind: 'turn', index: effect.input.turn_index, attempt: input.attempt }
    : { kind: 'call', index: effect.input.tool_call_index, attempt: input.attempt };
}

const COUNTERS = [
  'turn_count',
  'tool_call_count',
  'input_tokens',
  'output_tokens',
  'cost_microusd',
  'busy_ms',
] as const satisfies readonly (keyof SessionContext)[];

const STATES: Readonly<Record<string, Rule>> = {
  'never fails by itself': ({ to }) => to.status === 'active' || to.status === 'done',
  'rests only where it waits, works or is over': ({ to }) =>
    [to.hasTag('waiting'), to.hasTag('busy'), to.status === 'done'].filter(Boolean).length === 1,
  'one effect runs while it is busy, and none otherwise': ({ to, seen }) =>
    iff(to.hasTag('busy'), seen.in_flight !== null) &&
    Object.keys(to.children).join() === (seen.in_flight ?? ''),
  'scheduled exactly while it knows its instant': ({ to }) =>
    iff(to.value === 'scheduled', to.context.wake_at !== null),
  'waits for a person exactly while that approval is pending': ({ to, seen }) =>
    iff(to.value === 'approval_required', seen.pending !== null) &&
    (seen.pending === null || to.context.request_id === seen.pending.request_id),
  'names an approval only where one is waited for or runs': ({ to }) =>
    to.context.request_id === null ||
    ['approval_required', 'tool_request.executing'].includes(stateOf(to)),
  'escalated exactly with a reason and a place': ({ to: { value, context } }) =>
    iff(value === 'escalate', context.escalation !== null) &&
    iff(value === 'escalate', context.escalated_from !== null),
  'complete exactly with a completion': ({ to: { value, status, context, output } }) =>
    iff(value === 'complete', context.completion !== null) &&
    iff(value === 'complete', status === 'done') &&
    output?.completion === (context.completion ?? undefined),
  'counts what happened': ({ to: { context }, seen }) =>
    context.turn_count === seen.turns && context.tool_call_count === seen.calls,
  'counters never decrease': ({ from, to }) =>
    COUNTERS.every((counter) => (from?.context[counter] ?? 0) <= to.context[counter]),
  'counters never pass the widest limit': ({ to: { context } }) =>
    context.turn_count <= WIDE.max_turns_per_session &&
    context.tool_call_count <= WIDE.max_tool_calls_per_session,
};

export const RULES: Readonly<Record<string, Rule>> = { ...EFFECTS, ...STATES };
