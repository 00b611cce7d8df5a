/** The named parts that the session chart is put together from; the chart only names them. */
import { assign, setup } from 'xstate';
import type { EscalatedFrom, LimitReached, Limits } from '../../kernel/contract/index.ts';
import { slot } from '../slots.ts';
import {
  approvalExpired,
  callBegun,
  callRecorded,
  callSettled,
  ended,
  escalationCleared,
  failureRecorded,
  limitFound,
  limitRecorded,
  turnRecorded,
} from './session.context.ts';
import { hasMoreCalls, reachedLimit } from './session.guards.ts';
import type {
  CallPosition,
  GrantedCall,
  SessionContext,
  SessionEvent,
  SessionInput,
  SessionOutput,
  ToolResult,
  ToolDecision,
  TurnPosition,
  TurnResult,
} from './session.types.ts';

export interface Resolution {
  readonly request_id: string;
  readonly approved: boolean;
}

export const sessionSetup = setup({
  types: {
    context: {} as SessionContext,
    events: {} as SessionEvent,
    input: {} as SessionInput,
    output: {} as SessionOutput,
    tags: {} as 'waiting' | 'busy' | 'needs_human',
  },
  actors: {
    executeTurn: slot<TurnResult, TurnPosition>('executeTurn'),
    decideTool: slot<ToolDecision, CallPosition>('decideTool'),
    executeTool: slot<ToolResult, GrantedCall>('executeTool'),
  },
  guards: {
    isOpen: ({ context }) => context.completion === null,
    isScheduled: ({ context }) => context.wake_at !== null,
    isOverTurnLimit: ({ context }) => reachedLimit(context, 'next_turn') !== null,
    isOverCallLimit: ({ context }) => reachedLimit(context, 'next_call') !== null,
    isOutOfBudget: ({ context }) => context.turns_left === 0,
    hasMoreCalls: ({ context }) => hasMoreCalls(context),
    isPending: ({ context }, params: { readonly request_id: string }) =>
      params.request_id === context.request_id,
    isApproved: ({ context }, params: Resolution) =>
      params.request_id === context.request_id && params.approved,
    isLastDenied: ({ context }, params: Resolution) =>
      params.request_id === context.request_id && !params.approved && !hasMoreCalls(context),
    stoodAtTurn: ({ context }) => context.escalated_from === 'turn',
    stoodAtCall: ({ context }) => context.escalated_from === 'call',
    stoodAtLastCall: ({ context }) => context.escalated_from === 'call' && !hasMoreCalls(context),
    stoodBeforeCall: ({ context }) => context.escalated_from === 'next_call',
    asksForTools: (_, result: TurnResult) =>
      result.kind === 'finished' && result.status === 'tool_request',
    isReply: (_, result: TurnResult) => result.kind === 'finished' && result.status === 'reply',
    isCompletion: (_, result: TurnResult) =>
      result.kind === 'finished' && result.status === 'complete',
    isAllowed: (_, decision: ToolDecision) => decision.kind === 'allowed',
    needsApproval: (_, decision: ToolDecision) => decision.kind === 'approval_required',
    isInDoubt: (_, result: ToolResult) => result.kind === 'in_doubt',
    isGrantVoid: (_, result: ToolResult) => result.kind === 'grant_void',
  },
  actions: {
    recordTurn: assign(({ context }, result: TurnResult) => turnRecorded(context, result)),
    recordCall: assign(({ context }, result: ToolResult) => callRecorded(context, result)),
    recordLimit: assign(({ context }, params: LimitReached & { readonly from: EscalatedFrom }) =>
      limitRecorded(context, params, params.from),
    ),
    recordFoundLimit: assign(({ context }, params: { readonly next: 'next_turn' | 'next_call' }) =>
      limitFound(context, params.next),
    ),
    recordFailure: assign((_, params: { readonly error: unknown; readonly from: EscalatedFrom }) =>
      failureRecorded(params.error, params.from),
    ),
    recordExpiry: assign((_, params: { readonly request_id: string }) =>
      approvalExpired(params.request_id),
    ),
    beginCall: assign(({ context }) => callBegun(context)),
    beginAttempt: assign(({ context }) => ({ attempt: context.attempt + 1 })),
    settleCall: assign(callSettled),
    setRequest: assign((_, params: { readonly request_id: string | null }) => params),
    setBudget: assign((_, params: { readonly turns_left: number | null }) => params),
    setLimits: assign((_, params: { readonly limits: Limits }) => params),
    setWakeup: assign((_, params: { readonly wake_at: string | null }) => params),
    clearEscalation: assign(escalationCleared),
    markCanceled: assign(ended('canceled')),
    markAbandoned: assign(ended('abandoned')),
  },
});

/** The position of the call that is being handled. */
export const currentCall = (context: SessionContext): CallPosition => ({
  session_id: context.session_id,
  turn_index: context.turn_count - 1,
  call_in_turn: context.call_in_turn,
  tool_call_index: context.tool_call_count - 1,
  attempt: context.attempt,
});
