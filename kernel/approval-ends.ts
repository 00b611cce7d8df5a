/** How an approval ends that was not used: too late, no longer wanted, declined. */
import type { Approval, ToolOutput } from './contract/index.ts';
import { asItStands, factsOf } from './approval-standing.ts';
import { expireApproval, isLive, supersedeApproval } from './approvals.ts';
import type { Clock, Journal } from './ports.ts';
import { failure, type Call, type Decision } from './tools/call.ts';
import { stageDenied } from './tools/stage.ts';

/** Stages that nobody decided in time; answers the expired record, undefined if it is not due. */
export function stageExpired(
  journal: Journal,
  approval: Approval,
  clock: Clock,
): Approval | undefined {
  const standing = asItStands(journal, approval);
  if (!standing || !isLive(standing)) return undefined;
  const expired = expireApproval(standing, clock.now());
  if (expired.status !== 'expired') return undefined;
  journal.stageApproval(expired);
  const reason = `Open until ${approval.expires_at}`;
  journal.stage({ kind: 'approval_expired', ...factsOf(approval), reason });
  return expired;
}

/** Stages that a live request no longer matters: canceled, or policy changed meanwhile. */
export function stageSuperseded(
  journal: Journal,
  approval: Approval,
  reason: string,
  clock: Clock,
): void {
  const standing = asItStands(journal, approval);
  if (!standing || !isLive(standing)) return;
  journal.stageApproval(supersedeApproval(standing, reason, clock.now()));
  journal.stage({ kind: 'approval_superseded', ...factsOf(approval), reason });
}

/** Stages that a call is refused on which nobody agreed; answers what the model is told. */
export function stageDeclined(
  journal: Journal,
  call: Call,
  approval: Approval,
  decision: Decision,
): ToolOutput {
  const output = refusalOf(approval);
  stageDenied(journal, call, output, decision.evaluation.decisions);
  return output;
}

function refusalOf({ request_id, status, tool_name, reason, approved_by }: Approval): ToolOutput {
  const details = { request_id };
  if (status === 'expired') {
    return failure('APPROVAL_EXPIRED', `Nobody agreed to ${tool_name} in time`, details);
  }
  const because = reason === undefined ? '' : `: ${reason}`;
  const message = `${approved_by ?? 'a person'} declined ${tool_name}${because}`;
  return failure('APPROVAL_DENIED', message, details);
}
