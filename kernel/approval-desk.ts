/** Where approvals are asked for, decided, expired and used: the records with their evidence. */
import type {
  Approval,
  ApprovalResolution,
  ApprovalResolved,
  ToolOutput,
} from './contract/index.ts';
import {
  consumeApproval,
  expireApproval,
  isLive,
  requestApproval,
  resolveApprovalRecord,
  supersedeApproval,
} from './approvals.ts';
import type { ApprovalFacts } from './environment.ts';
import { RuntimeError } from './errors.ts';
import type { Clock, Journal } from './ports.ts';
import { failure, type Call, type Decision } from './tools/call.ts';
import { stageDenied } from './tools/stage.ts';

const who = (approval: Approval) => ({
  run_id: approval.run_id,
  task_id: approval.task_id,
  request_id: approval.request_id,
  tool_name: approval.tool_name,
  digest: approval.digest,
});

/** The live approval of this very call, if there is one. */
export function findApproval(
  journal: Journal,
  call: Call,
  decision: Decision,
): Approval | undefined {
  return journal
    .liveApprovals()
    .find(
      (approval) =>
        approval.digest === decision.digest &&
        (call.origin === 'host' || approval.effect_id === call.effect_id),
    );
}

/** Stages a request for a person's decision, or answers the one that is there already. */
export function askApproval(
  journal: Journal,
  call: Call,
  decision: Decision,
  facts: ApprovalFacts,
): Approval {
  const asked = findApproval(journal, call, decision);
  if (asked && !isOverdue(journal, asked, facts.clock)) return asked;
  const intent = call.context.metadata?.['agent_intent'];
  const approval = requestApproval({
    session_id: call.context.session_id,
    task_id: call.context.task_id,
    run_id: call.context.run_id,
    effect_id: call.effect_id,
    tool_name: call.tool.name,
    input: call.input,
    policy_version: facts.policy_version,
    ...(typeof intent === 'string' && { intent }),
    policy_decisions: decision.evaluation.decisions,
    ...(decision.evaluation.decision === 'defer' && { deferred: true }),
    ordinal: journal.head().seq + 1,
    now: facts.clock.now(),
    ttl_ms: decision.evaluation.approval?.expires_in_ms ?? facts.expires_in_ms,
  });
  stageRequested(journal, approval, decision);
  return approval;
}

/** An approval whose time is up is recorded as expired by whoever notices first. */
function isOverdue(journal: Journal, approval: Approval, clock: Clock): boolean {
  return stageExpired(journal, approval, clock) !== undefined;
}

function stageRequested(journal: Journal, approval: Approval, decision: Decision): void {
  journal.stageApproval(approval);
  journal.stage({
    kind: 'approval_requested',
    ...who(approval),
    effect_id: approval.effect_id,
    input_hash: journal.stageBlob(approval.input),
    policy_version: approval.policy_version,
    policy_decisions: [...decision.evaluation.decisions],
    expires_at: approval.expires_at,
  });
}

/**
 * The record as it stands now. Others may have acted on it since it was read; undefined where they
 * have ended it.
 */
function asItStands(journal: Journal, approval: Approval): Approval | undefined {
  if (!isLive(approval)) return approval;
  return journal.liveApprovals().find(({ request_id }) => request_id === approval.request_id);
}

/** The record as it stands now, for somebody who wants to decide on it. */
function undecided(journal: Journal, approval: Approval): Approval {
  const standing = asItStands(journal, approval);
  if (standing) return standing;
  const message = `Approval ${approval.request_id} was ended meanwhile`;
  throw new RuntimeError('APPROVAL_NOT_PENDING', message);
}

/**
 * Answers how to use the approval up in the batch of the start, or why it does not hold. `redeem`
 * looks again, at the moment of the start: of two starts on one approval, the second gets false.
 */
export function redeemApproval(
  journal: Journal,
  approval: Approval,
  decision: Decision,
  { clock, policy_version }: ApprovalFacts,
): { readonly redeem: () => boolean } | { readonly void: string } {
  const call = { digest: decision.digest, policy_version };
  const used = consumeApproval(approval, call, clock.now());
  if ('refused' in used) return { void: used.message };
  return {
    redeem: () => {
      const standing = asItStands(journal, approval);
      const now = standing && consumeApproval(standing, call, clock.now());
      if (!now || 'refused' in now) return false;
      journal.stageApproval(now.approval);
      return true;
    },
  };
}

/**
 * Stages a person's decision as it was made.
 * @throws RuntimeError APPROVAL_NOT_PENDING, APPROVAL_EXPIRED
 */
export function stageResolution(
  journal: Journal,
  approval: Approval,
  resolution: ApprovalResolution,
  clock: Clock,
): ApprovalResolved {
  const asked = undecided(journal, approval);
  const resolved = resolveApprovalRecord(asked, resolution, clock.now());
  if ('refused' in resolved) throw new RuntimeError(resolved.refused, resolved.message);
  journal.stageApproval(resolved.approval);
  journal.stage({
    kind: 'approval_resolved',
    ...who(approval),
    approved: resolution.approved,
    approved_by: resolution.approved_by,
    ...(resolution.reason !== undefined && { reason: resolution.reason }),
  });
  return {
    request_id: approval.request_id,
    approved: resolution.approved,
    approved_by: resolution.approved_by,
    task_id: approval.task_id,
    run_id: approval.run_id,
    session_id: approval.session_id,
    tool_name: approval.tool_name,
    ...(resolution.reason !== undefined && { reason: resolution.reason }),
  };
}

/**
 * Stages an approval with a changed input: the old request is replaced, and a new one carries the
 * approver's decision on exactly the bytes that the approver wrote.
 */
export function stageEdited(
  journal: Journal,
  approval: Approval,
  edited: { readonly call: Call; readonly decision: Decision },
  resolution: ApprovalResolution,
  facts: ApprovalFacts,
): { readonly granted: Approval; readonly resolved: ApprovalResolved } {
  const { clock, policy_version } = facts;
  const asked = undecided(journal, approval);
  const settled = resolveApprovalRecord(asked, resolution, clock.now());
  if ('refused' in settled) throw new RuntimeError(settled.refused, settled.message);
  const now = clock.now();
  const granted = requestApproval({
    ...approval,
    input: edited.call.input,
    policy_version,
    policy_decisions: edited.decision.evaluation.decisions,
    ordinal: journal.head().seq + 1,
    edited_from: approval.request_id,
    now,
    ttl_ms: Date.parse(approval.expires_at) - now,
  });
  journal.stageApproval(settled.approval);
  const reason = `${resolution.approved_by} approved it with another input: ${granted.request_id}`;
  journal.stage({ kind: 'approval_superseded', ...who(approval), reason });
  stageRequested(journal, granted, edited.decision);
  const { edited_input: _, ...decision } = resolution;
  const decided = { ...decision, request_id: granted.request_id };
  const resolved = stageResolution(journal, granted, decided, clock);
  return { granted, resolved: { ...resolved, request_id: approval.request_id } };
}

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
  journal.stage({ kind: 'approval_expired', ...who(approval), reason });
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
  journal.stage({ kind: 'approval_superseded', ...who(approval), reason });
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
