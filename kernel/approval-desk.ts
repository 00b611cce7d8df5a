/** Where approvals are asked for, decided on and used: the records with their evidence. */
import type { Approval, ApprovalResolution, ApprovalResolved } from './contract/index.ts';
import { stageExpired } from './approval-ends.ts';
import { asItStands, factsOf } from './approval-standing.ts';
import { consumeApproval, requestApproval, resolveApprovalRecord } from './approvals.ts';
import { votesMissing } from './approvers.ts';
import type { ApprovalFacts } from './environment.ts';
import { RuntimeError } from './errors.ts';
import { grantGiven } from './grants.ts';
import type { Clock, Journal } from './ports.ts';
import type { Call, Decision } from './tools/call.ts';
import { askedOf, type Warrant } from './tools/stage.ts';

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
  const { agent_intent: intent, requested_by } = call.context.metadata ?? {};
  const approval = requestApproval({
    session_id: call.context.session_id,
    task_id: call.context.task_id,
    run_id: call.context.run_id,
    effect_id: call.effect_id,
    tool_name: call.tool.name,
    input: call.input,
    policy_version: facts.policy_version,
    ...(typeof intent === 'string' && { intent }),
    ...(typeof requested_by === 'string' && { requested_by }),
    metadata: call.context.metadata,
    terms: decision.evaluation.approval,
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
    ...factsOf(approval),
    effect_id: approval.effect_id,
    input_hash: journal.stageBlob(approval.input),
    policy_version: approval.policy_version,
    policy_decisions: [...decision.evaluation.decisions],
    expires_at: approval.expires_at,
    ...(approval.terms && { terms: approval.terms }),
    ...(approval.requested_by !== undefined && { requested_by: approval.requested_by }),
    ...(decision.modified_from && { modified_from: journal.stageBlob(decision.modified_from) }),
    ...askedOf(journal, decision.call),
  });
}

/** The record as it stands now, for somebody who wants to decide on it. */
function undecided(journal: Journal, approval: Approval): Approval {
  const standing = asItStands(journal, approval);
  if (standing) return standing;
  const message = `Approval ${approval.request_id} was ended meanwhile`;
  throw new RuntimeError('APPROVAL_NOT_PENDING', message);
}

/** A start on an approval says so. */
export function onApproval({ request_id }: Approval): Warrant {
  return { basis: 'approval', request_id };
}

/**
 * Answers how to use the approval up in the batch of the start, or why it does not hold. `redeem`
 * looks again, at the moment of the start: of two starts on one approval, the second gets none.
 */
export function redeemApproval(
  journal: Journal,
  approval: Approval,
  decision: Decision,
  { clock, policy_version }: ApprovalFacts,
): { readonly redeem: () => Warrant | undefined } | { readonly void: string } {
  const call = { digest: decision.digest, policy_version };
  const used = consumeApproval(approval, call, clock.now());
  if ('refused' in used) return { void: used.message };
  return {
    redeem: () => {
      const standing = asItStands(journal, approval);
      const now = standing && consumeApproval(standing, call, clock.now());
      if (!now || 'refused' in now) return undefined;
      journal.stageApproval(now.approval);
      return onApproval(approval);
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
  const grant = grantGiven(asked, resolution, clock.now());
  journal.stageApproval({ ...resolved.approval, ...(grant && { grant }) });
  const { approved, approved_by, reason } = resolution;
  const said = { ...factsOf(approval), approved_by, ...(reason !== undefined && { reason }) };
  const isVote = resolved.outcome === 'voted';
  journal.stage(
    isVote
      ? { kind: 'approval_voted', ...said }
      : { kind: 'approval_resolved', ...said, approved, ...(grant && { grant }) },
  );
  return {
    ...(isVote && { votes_missing: votesMissing(asked) }),
    request_id: approval.request_id,
    approved,
    approved_by,
    task_id: approval.task_id,
    run_id: approval.run_id,
    session_id: approval.session_id,
    tool_name: approval.tool_name,
    ...(reason !== undefined && { reason }),
    ...(grant && { grant }),
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
    terms: edited.decision.evaluation.approval,
    edited_from: approval.request_id,
    now,
    ttl_ms: Date.parse(approval.expires_at) - now,
  });
  const { edited_input: _, ...decision } = resolution;
  const decided = { ...decision, request_id: granted.request_id };
  assertDecides(granted, decided, now);
  journal.stageApproval(settled.approval);
  const reason = `${resolution.approved_by} approved it with another input: ${granted.request_id}`;
  journal.stage({ kind: 'approval_superseded', ...factsOf(approval), reason });
  stageRequested(journal, granted, edited.decision);
  const resolved = stageResolution(journal, granted, decided, clock);
  return { granted, resolved: { ...resolved, request_id: approval.request_id } };
}

/** What an editor wrote may be a call on which somebody else has to decide. */
function assertDecides(granted: Approval, resolution: ApprovalResolution, now: number): void {
  const decided = resolveApprovalRecord(granted, resolution, now);
  if ('refused' in decided) throw new RuntimeError(decided.refused, decided.message);
  if (decided.outcome === 'approved') return;
  const message = `The edited call needs ${votesMissing(granted)} more to agree: decline it`;
  throw new RuntimeError('INVALID_INPUT', message);
}
