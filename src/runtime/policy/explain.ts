/** What policy decides on a call, and why: the kernel's own decision, taken apart for people. */
import {
  explainCall,
  RuntimeError,
  TURN_TOOL,
  type ApprovalTerms,
  type ExplainedCall,
  type LayerOpinion,
  type PolicyDecision,
  type PolicyEffect,
  type ToolScope,
} from '../../../kernel/index.ts';
import { didYouMean } from '../../../config/index.ts';
import type { WorkspaceRulebook } from './rulebook.ts';

/** A call that nobody makes: what somebody wants to know the decision on. */
export interface PolicyQuery {
  readonly tool_name: string;
  /** Absent: what calls of the tool start from, as when tools are listed. */
  readonly input?: unknown;
  /** Whether a model asks for it, which is the default, or a host makes it. */
  readonly origin?: 'session' | 'host';
  readonly intent?: string | undefined;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly session_id?: string;
  readonly task_id?: string;
  readonly run_id?: string;
  /** Names of the tools that the model was offered; default what it would be offered now. */
  readonly offered?: ReadonlySet<string>;
  /** Facts about the calls before; default none. */
  readonly history?: ReadonlySet<string>;
}

/** What becomes of a call: it runs, waits for a person, waits to be denied, or is denied. */
export type PolicyOutcome = Exclude<PolicyEffect, 'modify'>;

export interface PolicyExplanation {
  readonly tool_name: string;
  readonly decision: PolicyOutcome;
  /** What the caller is told of a denial. */
  readonly refusal?: { readonly code: string; readonly message: string };
  /** The rules or defaults that decide; none where the call is refused before any is asked. */
  readonly decided_by: readonly PolicyDecision[];
  /** The others that spoke, and did not decide. */
  readonly also_spoke: readonly PolicyDecision[];
  /** What rules in shadow mode said, and what the decision would have been with them. */
  readonly shadow: readonly PolicyDecision[];
  readonly shadow_decision?: PolicyEffect;
  readonly layers: readonly LayerOpinion[];
  readonly warnings: readonly string[];
  /** What would run; absent where no input was given. */
  readonly input?: Readonly<Record<string, unknown>>;
  /** What was asked for, where rules changed it. */
  readonly modified_from?: Readonly<Record<string, unknown>>;
  /** Who would have to approve, and until when; with a decision that waits. */
  readonly approval?: ApprovalTerms;
  readonly scope_requested: readonly ToolScope[];
  readonly scope_allowed: readonly ToolScope[];
  readonly scope_enforced: readonly ToolScope[];
  readonly policy_version: string;
}

/**
 * Decides on a call as the kernel would, with nothing run and nothing written. Only where links on
 * the disk lead is not looked at: the kernel does that just before a call runs.
 * @throws RuntimeError TOOL_NOT_FOUND with the name that was probably meant.
 */
export function explainPolicy(rulebook: WorkspaceRulebook, query: PolicyQuery): PolicyExplanation {
  const { registry } = rulebook;
  if (!registry.lookup(query.tool_name)) throw unknownTool(rulebook, query.tool_name);
  return explanationOf(rulebook, query, explainQuery(rulebook, query));
}

/**
 * The decision itself, for those who go on with it. A call that policy would not deny is refused
 * where its model was not offered the tool.
 */
export function explainQuery(rulebook: WorkspaceRulebook, query: PolicyQuery): ExplainedCall {
  const { tool_name, input, origin = 'session', intent, metadata, history } = query;
  const { session_id = 'policy', task_id = session_id, run_id = 'policy' } = query;
  const request = {
    ...{ name: tool_name, input, origin, attempt: 1 },
    effect_id: `${session_id}/policy`,
    context: {
      ...{ session_id, task_id, run_id, allowed_scopes: [] },
      metadata: { ...metadata, ...(intent !== undefined && { agent_intent: intent }) },
    },
  };
  const explained = explainCall(rulebook, request, history);
  const { tool } = explained.decision.call;
  const isOffered = (): boolean =>
    query.offered?.has(tool_name) ?? rulebook.offers(tool, request.context);
  const isOfSession = origin === 'session' && tool_name !== TURN_TOOL;
  if (explained.refusal || !isOfSession || isOffered()) return explained;
  const unoffered = { ...request, offered: new Set<string>() };
  return { ...explained, refusal: explainCall(rulebook, unoffered, history).refusal };
}

/** What becomes of an explained call. */
export function outcomeOf({ decision, refusal }: ExplainedCall): PolicyOutcome {
  if (refusal) return 'deny';
  if (decision.kind === 'allow') return 'allow';
  return decision.evaluation.decision === 'defer' ? 'defer' : 'approval_required';
}

/** The rules and defaults that decide on an explained call. */
export function decidersOf({ decision, refusal }: ExplainedCall): readonly PolicyDecision[] {
  if (refusal !== decision.refusal) return [];
  const { decisions, decision: effect } = decision.evaluation;
  const enforced = decisions.filter(isEnforced);
  const deciding = enforced.filter((one) => one.decision === effect);
  // What rules made of the input may be denied where no rule says so.
  return deciding.length > 0 ? deciding : enforced.filter((one) => one.decision === 'modify');
}

function explanationOf(
  { approval_expires_in_ms, governance }: WorkspaceRulebook,
  query: PolicyQuery,
  explained: ExplainedCall,
): PolicyExplanation {
  const { decision, refusal, layers } = explained;
  const { evaluation, scopes, modified_from, call } = decision;
  const decided_by = decidersOf(explained);
  // Where the call was refused before any rule was asked, what they would say means nothing.
  const isAsked = layers.length > 0 || decided_by.length > 0;
  const spoke = isAsked ? evaluation.decisions : [];
  const waits = !refusal && decision.kind === 'approval_required';
  return {
    tool_name: query.tool_name,
    decision: outcomeOf(explained),
    ...(refusal?.error && {
      refusal: { code: refusal.error.code, message: refusal.error.message },
    }),
    decided_by,
    also_spoke: spoke.filter((one) => isEnforced(one) && !decided_by.includes(one)),
    shadow: spoke.filter((one) => !isEnforced(one)),
    ...(isAsked && evaluation.shadow_decision && { shadow_decision: evaluation.shadow_decision }),
    layers,
    warnings: isAsked ? evaluation.warnings : [],
    ...(isAsked && query.input !== undefined && { input: call.input }),
    ...(modified_from && { modified_from }),
    ...(waits && {
      approval: { expires_in_ms: approval_expires_in_ms, quorum: 1, ...evaluation.approval },
    }),
    scope_requested: scopes.requested,
    scope_allowed: scopes.allowed,
    scope_enforced: scopes.enforced,
    policy_version: governance.policy_version,
  };
}

function isEnforced({ mode }: PolicyDecision): boolean {
  return mode === undefined;
}

function unknownTool({ registry }: WorkspaceRulebook, name: string): RuntimeError {
  const known = registry.list().map((tool) => tool.name);
  const advice = didYouMean(name, known, `Known: ${known.join(', ')}`);
  return new RuntimeError('TOOL_NOT_FOUND', `There is no tool named ${name}. ${advice}`);
}
