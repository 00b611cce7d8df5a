/** The decision on a call: scopes first, then policy. Pure, and the same for the same call. */
import type {
  Modification,
  PolicyEvaluation,
  PolicyLayer,
  PolicyRequest,
  ToolOutput,
  UnknownPart,
} from '../contract/index.ts';
import { approvalDigest } from '../approvals.ts';
import { canonicalJson, frozenCopy } from '../canonical.ts';
import { evaluatePolicy } from '../policy/evaluate.ts';
import { withValueAt } from '../policy/pointer.ts';
import { failure, type Call, type Decision } from './call.ts';
import { parseInput } from './input.ts';
import { judgeScopes, placed, type Grants } from './scopes.ts';

/** What is in force: taken from the configuration, never from a caller. */
export interface Governance {
  readonly layers: readonly PolicyLayer[];
  readonly policy_version: string;
  readonly lane_id?: string | undefined;
  readonly grants: Grants;
}

/** Facts about the session's earlier calls; none where nobody asks for them. */
export type History = ReadonlySet<string> | undefined;

/** Times that rules may change an input before the call counts as one that never settles. */
const PASSES_MAX = 4;

/**
 * Decides on a call; every rule that had a say is in the answer. Rules with decision `modify`
 * change the input first, and what came out is decided on as if it had been asked for.
 */
export function decide(governance: Governance, asked: Call, history?: History): Decision {
  let decision = decideOnce(governance, asked, history);
  for (let pass = 1; decision.kind !== 'deny'; pass += 1) {
    const { call, evaluation } = decision;
    const changed = modify(call, evaluation.modifications ?? []);
    if ('refusal' in changed) return denied(decision, changed.refusal);
    if (changed.isSame) return pass === 1 ? decision : { ...decision, modified_from: asked.input };
    if (pass === PASSES_MAX) return denied(decision, unsettled(call));
    decision = decideOnce(governance, { ...call, input: changed.input }, history);
    decision = { ...decision, evaluation: withModifiers(evaluation, decision.evaluation) };
  }
  return decision;
}

/**
 * Decides on a tool of which no call is known yet, but for what a call without an input says: what
 * is unknown may be as the rules want it.
 */
export function decideListed(
  governance: Governance,
  call: Omit<Call, 'input'>,
  { unknown, history }: { readonly unknown: readonly UnknownPart[]; readonly history?: History },
): Decision {
  return decideOnce(governance, { ...call, input: {} }, history, unknown);
}

function decideOnce(
  governance: Governance,
  asked: Call,
  history: History,
  unknown?: readonly UnknownPart[],
): Decision {
  const call = placed(governance.grants, asked);
  const { tool, input, context } = call;
  const { scopes, refusal: outOfScope } = judgeScopes(governance.grants, call);
  const request = requestOf(governance, call, history, unknown);
  const evaluation = evaluatePolicy(governance.layers, request);
  const digest = approvalDigest({
    tool_name: tool.name,
    input,
    session_id: context.session_id,
    policy_version: governance.policy_version,
  });
  const weighed = { call, evaluation, scopes, digest };
  if (outOfScope) {
    const decisions = [outOfScope.decision, ...evaluation.decisions];
    return denied({ ...weighed, evaluation: { ...evaluation, decisions } }, outOfScope.output);
  }
  switch (evaluation.decision) {
    case 'allow':
    case 'modify':
      return { kind: 'allow', ...weighed };
    case 'approval_required':
    case 'defer':
      return { kind: 'approval_required', ...weighed };
    case 'deny':
      return denied(weighed, policyDenied(call, evaluation));
  }
}

/** What rules look at. They can change nothing in it: not for the next rule, nor what runs. */
export function requestOf(
  { lane_id }: Governance,
  call: Call,
  history: History,
  unknown?: readonly UnknownPart[],
): PolicyRequest {
  const { tool, input, context, origin } = call;
  const metadata = { ...context.metadata, agent_session_call: origin === 'session' };
  return Object.freeze({
    trigger: 'on_tool_request',
    run_id: context.run_id,
    session_id: context.session_id,
    tool_name: tool.name,
    task_id: context.task_id,
    lane_id,
    pack_id: tool.pack?.id,
    tool_arguments: frozenCopy(input) as Call['input'],
    execution_metadata: frozenCopy(metadata) as Record<string, unknown>,
    history,
    ...(unknown && { unknown }),
  });
}

function denied(weighed: Omit<Decision, 'kind'>, refusal: ToolOutput): Decision {
  const evaluation = { ...weighed.evaluation, decision: 'deny' as const };
  return { ...weighed, kind: 'deny', evaluation, refusal };
}

function policyDenied({ tool }: Call, { decisions }: PolicyEvaluation): ToolOutput {
  const deciding = decisions.filter(({ decision, mode }) => decision === 'deny' && !mode);
  const why = deciding.map((one) => one.reason ?? one.policy_id).join('; ');
  return failure('POLICY_DENIED', `Policy denies ${tool.name}: ${why}`, {
    policy_decisions: decisions,
  });
}

function unsettled({ tool }: Call): ToolOutput {
  const message = `Policy denies ${tool.name}: its rules change the input without end`;
  return failure('POLICY_DENIED', message);
}

type Modified =
  | { readonly isSame: boolean; readonly input: Record<string, unknown> }
  | { readonly refusal: ToolOutput };

/** Applies changes in their order; what comes out has to be an input of the tool. */
function modify({ tool, input }: Call, modifications: readonly Modification[]): Modified {
  if (modifications.length === 0) return { isSame: true, input };
  // Where a place is missing nothing is left, and nothing is no input of any tool.
  const changed = modifications.reduce<unknown>(
    (left, { pointer, value }) => withValueAt(left, pointer, value),
    input,
  );
  const parsed = parseInput(tool, changed);
  if ('refusal' in parsed) {
    const why = parsed.refusal.error?.message;
    const message = `Policy denies ${tool.name}: a rule changed the input, and then ${why}`;
    return { refusal: failure('POLICY_DENIED', message) };
  }
  const isSame = canonicalJson(parsed.value) === canonicalJson(input);
  return { isSame, input: parsed.value };
}

/** Keeps the rules that changed the input in the answer, also where they hit no more. */
function withModifiers(before: PolicyEvaluation, after: PolicyEvaluation): PolicyEvaluation {
  const isThere = (id: string) => after.decisions.some(({ policy_id }) => policy_id === id);
  const modifiers = before.decisions.filter(
    ({ decision, policy_id }) => decision === 'modify' && !isThere(policy_id),
  );
  return { ...after, decisions: [...modifiers, ...after.decisions] };
}
