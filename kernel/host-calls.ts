/** A call by a host: decided, run, and answered after everything about it is on disk. */
import type { Approval, ToolOutput } from './contract/index.ts';
import { asksForPeople } from './approvals.ts';
import { askApproval, findApproval, redeemApproval } from './approval-desk.ts';
import type { KernelEnvironment } from './environment.ts';
import { warrantOfGrant } from './grants.ts';
import type { Journal } from './ports.ts';
import { failure, type Decision } from './tools/call.ts';
import { judgeCall } from './tools/judge.ts';
import type { Request } from './tools/prepare.ts';
import { runEffect, runGranted, type EffectResult } from './tools/run-effect.ts';
import { stageDenied } from './tools/stage.ts';

/**
 * Executes a tool. Refusals are values; where approval is required the answer names the request,
 * and the same call made again after the approval runs, once.
 * @throws RuntimeError STORE_WRITE_FAILED: the evidence could not be written and nothing ran.
 */
export async function executeTool(
  environment: KernelEnvironment,
  journal: Journal,
  request: Request,
  signal: AbortSignal,
): Promise<ToolOutput> {
  const { decision, refusal: denied } = judgeCall(environment, request, journal.history());
  const { call } = decision;
  if (denied) {
    stageDenied(journal, call, denied, decision.evaluation.decisions);
    await journal.commit();
    return denied;
  }
  const approval = findApproval(journal, call, decision);
  const redeemed = approval && redeemApproval(journal, approval, decision, environment.approvals);
  const effect = { call, decision, journal, signal };
  if (redeemed && 'redeem' in redeemed) {
    const result = await runGranted(environment.effects, effect, redeemed.redeem);
    // Void: the same call, made at the same time, was quicker. This one has to ask for itself.
    if (result.kind !== 'grant_void') return answer(journal, result);
  }
  const onGrant = () => warrantOfGrant(journal, decision, environment.approvals);
  if (onGrant()) {
    const result = await runGranted(environment.effects, effect, onGrant);
    if (result.kind !== 'grant_void') return answer(journal, result);
  }
  if (decision.kind === 'approval_required') {
    const asked = askApproval(journal, call, decision, environment.approvals);
    await journal.commit();
    return approvalRequired(asked, decision);
  }
  return answer(journal, await runEffect(environment.effects, effect));
}

async function answer(journal: Journal, result: EffectResult): Promise<ToolOutput> {
  await journal.commit();
  return result.kind === 'finished' ? result.output : failure('EFFECT_IN_DOUBT', result.message);
}

/** What a caller is told of a call that waits for a person. */
function approvalRequired(approval: Approval, decision: Decision): ToolOutput {
  const message = `${approval.tool_name} requires approval: ${approval.request_id}`;
  return failure('APPROVAL_REQUIRED', message, {
    request_id: approval.request_id,
    tool_name: approval.tool_name,
    task_id: approval.task_id,
    run_id: approval.run_id,
    expires_at: approval.expires_at,
    policy_decisions: decision.evaluation.decisions.filter(asksForPeople),
  });
}
