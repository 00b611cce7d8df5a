/**
 * The life of an approval as pure functions over its record: requested, then approved and consumed
 * once; or denied, expired, superseded. Refusals are values; nothing here throws at an operator.
 */
import type {
  Approval,
  ApprovalResolution,
  ApprovalTerms,
  PolicyDecision,
} from './contract/index.ts';
import { objectionTo, votesMissing } from './approvers.ts';
import { canonicalCopy, contentHash } from './canonical.ts';
import type { ErrorCode } from './errors.ts';
import { personOf } from './person.ts';

/** The exact call that an approval covers. */
export interface ApprovedCall {
  readonly session_id: string;
  readonly tool_name: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly policy_version: string;
}

/** Everything that a request for an approval rests on. */
export interface ApprovalRequest extends ApprovedCall {
  readonly task_id: string;
  readonly run_id: string;
  readonly effect_id: string;
  readonly intent?: string | undefined;
  /** Of these, the ones that ask for an approval are kept. */
  readonly policy_decisions: readonly PolicyDecision[];
  /** Tells repeated requests for the same call apart; it must follow from the log. */
  readonly ordinal: number;
  readonly terms?: ApprovalTerms | undefined;
  readonly requested_by?: string | undefined;
  /** What the call carried into policy. */
  readonly metadata?: Approval['metadata'];
  /** Set where a rule deferred the call. */
  readonly deferred?: true | undefined;
  /** The request whose input an approver replaced with this one's. */
  readonly edited_from?: string | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Milliseconds from `now` until nobody can decide on it or use it any more. */
  readonly ttl_ms: number;
}

/** Why an approval does not do what was asked of it, with a code of the error table. */
export interface ApprovalRefusal {
  readonly refused: ErrorCode;
  readonly message: string;
}

/** What a person's decision made of a record. */
export interface ApprovalOutcome {
  readonly approval: Approval;
  /**
   * `edited`: the input was replaced, so this record is superseded; ask anew with that input.
   * `voted`: it stays pending, because others have to agree.
   */
  readonly outcome: 'approved' | 'denied' | 'edited' | 'voted';
}

/** Digests a call to the 64 hex digits that an approval of it is bound to. */
export function approvalDigest(call: ApprovedCall): string {
  const { session_id, tool_name, input, policy_version } = call;
  return contentHash({ session_id, tool_name, input, policy_version });
}

/**
 * Names a request by what it is for, so that a run repeated after a crash asks under the same id:
 * `apr-` and 24 hex digits.
 */
export function approvalRequestId(effect_id: string, digest: string, ordinal: number): string {
  return `apr-${contentHash([effect_id, digest, ordinal]).slice(0, 24)}`;
}

/** Whether a rule is one of those for which a call waits: for a person, or for its deadline. */
export function asksForPeople({ decision, mode }: PolicyDecision): boolean {
  return (decision === 'approval_required' || decision === 'defer') && mode === undefined;
}

/** Makes the pending record of a call that a person has to decide on. */
export function requestApproval(request: ApprovalRequest): Approval {
  const { effect_id, ordinal, now, intent, edited_from, deferred, terms } = request;
  const { requested_by, metadata } = request;
  const digest = approvalDigest(request);
  const asking = request.policy_decisions.filter(asksForPeople);
  return {
    schema_version: 1,
    request_id: approvalRequestId(effect_id, digest, ordinal),
    session_id: request.session_id,
    task_id: request.task_id,
    run_id: request.run_id,
    effect_id,
    tool_name: request.tool_name,
    digest,
    policy_version: request.policy_version,
    input: canonicalCopy(request.input) as Approval['input'],
    ...(intent !== undefined && { intent }),
    reasons: asking.flatMap(({ reason }) => reason ?? []),
    policy_ids: asking.map(({ policy_id }) => policy_id),
    requested_at: toIso(now),
    expires_at: toIso(now + request.ttl_ms),
    status: 'pending',
    ...(edited_from !== undefined && { edited_from }),
    ...(terms && { terms }),
    ...(requested_by !== undefined && { requested_by }),
    ...(metadata && { metadata }),
    ...(deferred && { deferred }),
  };
}

/**
 * Applies a person's decision to a pending approval that is still in time.
 * Refuses with APPROVAL_NOT_FOUND (a decision on another request), INVALID_INPUT (nobody decided,
 * or an edit where several have to agree), APPROVER_NOT_ALLOWED, APPROVAL_NOT_PENDING or
 * APPROVAL_EXPIRED (record that with `expireApproval`).
 */
export function resolveApprovalRecord(
  approval: Approval,
  resolution: ApprovalResolution,
  now: number,
): ApprovalOutcome | ApprovalRefusal {
  const { request_id, approved, reason, edited_input } = resolution;
  const approved_by = resolution.approved_by.trim();
  if (request_id !== approval.request_id) {
    return refuse('APPROVAL_NOT_FOUND', `${request_id} is not approval ${approval.request_id}`);
  }
  if (personOf(approved_by) === '')
    return refuse('INVALID_INPUT', 'approved_by must name who decided');
  if (approval.status !== 'pending') return refuseStatus(approval);
  if (isDue(approval, now)) return refuseLate(approval);
  const objection = objectionTo(approval, approved_by);
  if (objection !== undefined) return refuse('APPROVER_NOT_ALLOWED', objection);
  const settle = (outcome: 'approved' | 'denied' | 'edited'): ApprovalOutcome => ({
    outcome,
    approval: {
      ...approval,
      status: outcome === 'edited' ? 'superseded' : outcome,
      approved_by,
      resolved_at: toIso(now),
      ...(reason !== undefined && { reason }),
    },
  });
  if (!approved) return settle('denied');
  const missing = votesMissing(approval);
  if (missing === 0) return settle(edited_input === undefined ? 'approved' : 'edited');
  if (edited_input !== undefined) {
    const message = `${request_id} needs ${missing} more to agree, on the input as it is`;
    return refuse('INVALID_INPUT', message);
  }
  const vote = { approved_by, voted_at: toIso(now), ...(reason !== undefined && { reason }) };
  return { outcome: 'voted', approval: { ...approval, votes: [...(approval.votes ?? []), vote] } };
}

/**
 * Ends an approval that nobody decided on, or used, in time; answers any other as it is. What has
 * expired stays so, also when the clock goes back.
 */
export function expireApproval(approval: Approval, now: number): Approval {
  if (!isLive(approval) || !isDue(approval, now)) return approval;
  return { ...approval, status: 'expired', resolved_at: approval.resolved_at ?? toIso(now) };
}

/** Ends an approval whose call is no longer wanted as it was; answers an ended one as it is. */
export function supersedeApproval(approval: Approval, reason: string, now: number): Approval {
  if (!isLive(approval)) return approval;
  const resolved_at = approval.resolved_at ?? toIso(now);
  return { ...approval, status: 'superseded', resolved_at, reason };
}

/**
 * Uses an approval up for the call that is about to start.
 * Refuses with APPROVAL_REQUIRED (not decided, another call, another policy), APPROVAL_DENIED,
 * APPROVAL_EXPIRED or APPROVAL_NOT_PENDING (used or replaced already).
 */
export function consumeApproval(
  approval: Approval,
  call: { readonly digest: string; readonly policy_version: string },
  now: number,
): { readonly approval: Approval } | ApprovalRefusal {
  const { request_id, status } = approval;
  switch (status) {
    case 'pending':
      return refuse('APPROVAL_REQUIRED', `Approval ${request_id} is not decided yet`);
    case 'denied':
      return refuse('APPROVAL_DENIED', `Approval ${request_id} was denied`);
    case 'expired':
      return refuseLate(approval);
    case 'superseded':
    case 'consumed':
      return refuseStatus(approval);
    case 'approved':
      break;
  }
  if (call.policy_version !== approval.policy_version) {
    return refuse('APPROVAL_REQUIRED', `Approval ${request_id} was given under another policy`);
  }
  if (call.digest !== approval.digest) {
    return refuse('APPROVAL_REQUIRED', `Approval ${request_id} was given for another call`);
  }
  if (isDue(approval, now)) return refuseLate(approval);
  return { approval: { ...approval, status: 'consumed' } };
}

/** Whether it can still be decided on or used. */
export function isLive({ status }: Approval): boolean {
  return status === 'pending' || status === 'approved';
}

/** Whether its time is up. The instant was fixed at the request; nothing moves it. */
function isDue({ expires_at }: Approval, now: number): boolean {
  return now >= Date.parse(expires_at);
}

function refuse(refused: ErrorCode, message: string): ApprovalRefusal {
  return { refused, message };
}

function refuseStatus({ request_id, status }: Approval): ApprovalRefusal {
  return refuse('APPROVAL_NOT_PENDING', `Approval ${request_id} is ${status}`);
}

function refuseLate({ request_id, expires_at }: Approval): ApprovalRefusal {
  return refuse('APPROVAL_EXPIRED', `Approval ${request_id} was open until ${expires_at}`);
}

function toIso(instant: number): string {
  return new Date(instant).toISOString();
}
