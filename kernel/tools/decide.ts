/** The decision on a call: scopes first, then policy. Pure, and the same for the same call. */
import type { PolicyLayer } from '../contract/index.ts';
import { approvalDigest } from '../approvals.ts';
import { evaluatePolicy } from '../policy/evaluate.ts';
import { failure, type Call, type Decision } from './call.ts';
import { judgeScopes, type Grants } from './scopes.ts';

/** What is in force: taken from the configuration, never from a caller. */
export interface Governance {
  readonly layers: readonly PolicyLayer[];
  readonly policy_version: string;
  readonly lane_id?: string | undefined;
  readonly grants: Grants;
}

/** Decides on a call; every rule that had a say is in the answer. */
export function decide(governance: Governance, call: Call): Decision {
  const { tool, input, context } = call;
  const { scopes, refusal: outOfScope } = judgeScopes(governance.grants, call);
  const evaluation = evaluatePolicy(governance.layers, {
    trigger: 'on_tool_request',
    run_id: context.run_id,
    session_id: context.session_id,
    tool_name: tool.name,
    task_id: context.task_id,
    lane_id: governance.lane_id,
    pack_id: tool.pack,
    tool_arguments: input,
    execution_metadata: { ...context.metadata, agent_session_call: call.origin === 'session' },
  });
  const digest = approvalDigest({
    tool_name: tool.name,
    input,
    session_id: context.session_id,
    policy_version: governance.policy_version,
  });
  if (outOfScope) {
    const { output, decision } = outOfScope;
    const decisions = [decision, ...evaluation.decisions];
    const denied = { ...evaluation, decision: 'deny' as const, decisions };
    return { kind: 'deny', evaluation: denied, scopes, digest, refusal: output };
  }
  if (evaluation.decision !== 'deny') {
    return { kind: evaluation.decision, evaluation, scopes, digest };
  }
  const deciding = evaluation.decisions.filter((one) => one.decision === 'deny');
  const why = deciding.map((one) => one.reason ?? one.policy_id).join('; ');
  const refusal = failure('POLICY_DENIED', `Policy denies ${tool.name}: ${why}`, {
    policy_decisions: evaluation.decisions,
  });
  return { kind: 'deny', evaluation, scopes, digest, refusal };
}
