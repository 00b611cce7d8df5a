/** A person's decision on a pending approval. */
import type { Approval, ApprovalResolution, ApprovalResolved } from './contract/index.ts';
import { stageEdited, stageResolution } from './approval-desk.ts';
import type { KernelEnvironment } from './environment.ts';
import { RuntimeError } from './errors.ts';
import { assertMayGrant } from './grants.ts';
import type { Journal } from './ports.ts';
import type { Call, CallContext, Decision } from './tools/call.ts';
import { decide } from './tools/decide.ts';
import { parseInput } from './tools/input.ts';

export interface Resolved {
  readonly resolved: ApprovalResolved;
  /** The approval to run under: a new one where the input was edited. */
  readonly granted_request_id: string;
}

/**
 * Stages the decision. An edited input is parsed and decided on again; one that policy denies is
 * refused here, and the request stays as it is.
 * @throws RuntimeError APPROVAL_NOT_PENDING, APPROVAL_EXPIRED, INVALID_INPUT, POLICY_DENIED
 */
export function resolveApproval(
  environment: KernelEnvironment,
  journal: Journal,
  approval: Approval,
  resolution: ApprovalResolution,
  context: CallContext,
): Resolved {
  assertMayGrant(approval, resolution);
  const { clock } = environment.approvals;
  if (!resolution.approved || !resolution.edited_input) {
    const resolved = stageResolution(journal, approval, resolution, clock);
    return { resolved, granted_request_id: approval.request_id };
  }
  const edited = edit(environment, journal, approval, resolution.edited_input, context);
  const { granted, resolved } = stageEdited(
    journal,
    approval,
    edited,
    resolution,
    environment.approvals,
  );
  return { resolved, granted_request_id: granted.request_id };
}

function edit(
  environment: KernelEnvironment,
  journal: Journal,
  approval: Approval,
  edited_input: Record<string, unknown>,
  context: CallContext,
): { readonly call: Call; readonly decision: Decision } {
  const tool = environment.registry.lookup(approval.tool_name);
  if (!tool) {
    throw new RuntimeError('TOOL_NOT_FOUND', `There is no tool named ${approval.tool_name}`);
  }
  const parsed = parseInput(tool, edited_input);
  const refuse = (code: 'INVALID_INPUT' | 'POLICY_DENIED', why: string | undefined): never => {
    throw new RuntimeError(code, `The edited input is refused: ${why ?? code}`);
  };
  if ('refusal' in parsed) return refuse('INVALID_INPUT', parsed.refusal.error?.message);
  const call: Call = {
    tool,
    input: parsed.value,
    context,
    origin: approval.intent === undefined ? 'host' : 'session',
    effect_id: approval.effect_id,
    attempt: 1,
  };
  const decision = decide(environment.governance, call, journal.history());
  if (decision.refusal) return refuse('POLICY_DENIED', decision.refusal.error?.message);
  return { call: decision.call, decision };
}
