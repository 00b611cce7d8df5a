/**
 * What the kernel makes of calls and approvals in the walk of `product.ts`: by the real rules and
 * the real life of an approval, both pure; only the journal is left out.
 */
import { transition } from 'xstate';
import {
  approvalDigest,
  consumeApproval,
  evaluatePolicy,
  expireApproval,
  requestApproval,
  resolveApprovalRecord,
  type Approval,
  type HistoryBook,
  type PolicyEvaluation,
  type PolicyLayer,
} from '../../../kernel/index.ts';
import { sessionMachine } from '../../../machines/index.ts';
import type { SessionSnapshot } from './rules.ts';

/** What calls are governed by, in one lane. */
export interface Rules {
  readonly layers: readonly PolicyLayer[];
  readonly book: HistoryBook;
  readonly lane: string;
}

/** A call that ran, and what an observer knows of it who never looks at the rules. */
export interface Execution {
  readonly tool: string;
  readonly lane: string;
  readonly intent: string;
  /** The tools that had run before. */
  readonly before: readonly string[];
  /** The people who agreed to it, each once, however they spelt their names. */
  readonly agreed: readonly string[];
}

export interface Place {
  readonly status: 'active';
  readonly output: undefined;
  readonly error: undefined;
  readonly session: SessionSnapshot;
  readonly asked: readonly string[];
  readonly intent: string;
  readonly facts: ReadonlySet<string>;
  readonly before: readonly string[];
  readonly approval: Approval | undefined;
  readonly agreed: readonly string[];
  /** Whether the kernel let the call run that the machine has begun. */
  readonly isRunning: boolean;
  /** What has just begun to run. */
  readonly ran: Execution | undefined;
}

/** What the model may want, and who may say something to it. */
export interface World {
  readonly tools: readonly string[];
  readonly intents: readonly string[];
  /** Names that are given, and whose they really are. */
  readonly people: Readonly<Record<string, string>>;
}

const NOW = Date.parse('2026-01-01T00:00:00.000Z');
const DAY_MS = 86_400_000;
const POLICY_VERSION = 'policy-1';
const REQUESTER = 'dora';

/** The machine hears of an event. */
export const told = (place: Place, event: object): Place => ({
  ...place,
  session: transition(sessionMachine, place.session, event as never)[0],
});
/** The machine hears what an effect of its own came to. */
export const answered = (place: Place, effect: string, output: object): Place =>
  told(place, { type: `xstate.done.actor.${effect}`, output });

const callOf = ({ session, asked }: Place): string => asked[session.context.call_in_turn] ?? '';

function evaluate({ layers, lane }: Rules, place: Place): PolicyEvaluation {
  const metadata = { agent_session_call: true, agent_intent: place.intent };
  return evaluatePolicy(layers, {
    ...{ trigger: 'on_tool_request', run_id: 'r', session_id: 's', task_id: 't', lane_id: lane },
    ...{ tool_name: callOf(place), tool_arguments: {}, execution_metadata: metadata },
    history: place.facts,
  });
}

/** The machine hears what is decided on its call; a person may be asked. */
export function decided(rules: Rules, place: Place): Place {
  const { decision, decisions, approval: terms } = evaluate(rules, place);
  const asking = { ...place, approval: undefined, agreed: [] };
  switch (decision) {
    case 'deny':
      return answered(asking, 'decideTool', { kind: 'denied' });
    case 'allow':
    case 'modify':
      return answered(asking, 'decideTool', { kind: 'allowed' });
    case 'approval_required':
    case 'defer': {
      const { tool_call_count, attempt } = place.session.context;
      const approval = requestApproval({
        ...approvedCall(place),
        ...{ task_id: 't', run_id: 'r', effect_id: `s/tool/${tool_call_count - 1}` },
        ...{ terms, policy_decisions: decisions, requested_by: REQUESTER, intent: place.intent },
        ...{ ordinal: attempt, now: NOW, ttl_ms: DAY_MS },
        ...(decision === 'defer' && { deferred: true as const }),
      });
      const { request_id } = approval;
      return answered({ ...asking, approval }, 'decideTool', {
        ...{ kind: 'approval_required', request_id },
      });
    }
  }
}

const approvedCall = (place: Place) => ({
  ...{ session_id: 's', tool_name: callOf(place), input: {}, policy_version: POLICY_VERSION },
});

/** Somebody decides; where that counts, the machine hears of it. */
export function said(
  { people }: World,
  place: Place,
  { by, yes }: { readonly by: string; readonly yes: boolean },
): Place {
  if (!place.approval) return place;
  const { request_id } = place.approval;
  const resolution = { request_id, approved: yes, approved_by: by };
  const resolved = resolveApprovalRecord(place.approval, resolution, NOW);
  if ('refused' in resolved) return place;
  const agreed = yes ? [...new Set([...place.agreed, people[by] ?? by])].toSorted() : [];
  const next = { ...place, approval: resolved.approval, agreed };
  return resolved.outcome === 'voted' ? next : settled(next, yes);
}

/** Nobody decided in time. */
export function ended(place: Place): Place {
  const { approval } = place;
  if (!approval) return place;
  const expired = { ...place, approval: expireApproval(approval, NOW + DAY_MS), agreed: [] };
  const { request_id } = approval;
  return approval.deferred
    ? settled(expired, false)
    : told(expired, { type: 'approval.expired', request_id });
}

function settled(place: Place, approved: boolean): Place {
  const { request_id = '' } = place.approval ?? {};
  return told(place, {
    ...{ type: 'approval.resolved', request_id, approved, granted_request_id: request_id },
  });
}

/** The kernel decides again on what is about to run, and uses the approval up. */
export function begun(rules: Rules, place: Place): Place {
  const { decision } = evaluate(rules, place);
  const digest = approvalDigest(approvedCall(place));
  const used =
    place.approval &&
    consumeApproval(place.approval, { digest, policy_version: POLICY_VERSION }, NOW);
  const isGranted = used !== undefined && 'approval' in used;
  const isRunning = decision !== 'deny' && (isGranted || ['allow', 'modify'].includes(decision));
  if (!isRunning) return { ...place, isRunning };
  const { intent, before, agreed, facts } = place;
  const tool = callOf(place);
  const learned = rules.book.factsOf({ tool_name: tool, input: {} });
  return {
    ...place,
    ...{ isRunning, ran: { tool, lane: rules.lane, intent, before, agreed } },
    ...(isGranted && { approval: used.approval }),
    facts: new Set([...facts, ...learned]),
    before: [...new Set([...before, tool])].toSorted(),
  };
}
