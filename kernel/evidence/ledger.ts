/**
 * Keeps account of effects and approvals along a chain, and objects to an entry that had no right
 * to be there: an effect without a decision for it, an approval used twice, two ends of one call.
 */
import type { EvidenceEntry, EvidenceKind } from '../contract/index.ts';
import { personOf } from '../person.ts';
import { enterGrants, isGivenFor, objectionToGranted, type Grants } from './grants.ts';
import { isInTime } from './in-time.ts';

type Entry<Kind extends EvidenceKind> = Extract<EvidenceEntry, { readonly kind: Kind }>;
type Started = Entry<'tool_call_started'>;
type Denied = Entry<'tool_call_denied'>;
type Running = Entry<'tool_call_progress' | 'tool_call_finished' | 'tool_call_crashed'>;
type Requested = Entry<'approval_requested'>;
type Voted = Entry<'approval_voted'>;
type Resolved = Entry<'approval_resolved'>;
type Closed = Entry<'approval_expired' | 'approval_superseded'>;

/** The last try of an effect. */
export interface Try {
  readonly receipt_id: string;
  readonly attempt: number;
  readonly restart: number;
  readonly status: 'open' | 'success' | 'failure' | 'denied' | 'crashed';
  /** Whether it may be started over without a person when it did not end. */
  readonly isRepeatable: boolean;
}

/** What an approval was asked for. */
type Asked = Pick<
  Requested,
  'request_id' | 'effect_id' | 'digest' | 'input_hash' | 'expires_at' | 'terms' | 'requested_by'
>;

export interface Gate {
  readonly request: Asked;
  readonly status: 'pending' | 'approved' | 'edited' | 'denied' | 'expired' | 'superseded';
  /** Who has agreed so far, where several have to. */
  readonly voters?: readonly string[];
  /** The effect that used the approval up. */
  readonly usedBy?: string;
}

/** The account so far. */
export interface Ledger {
  /** By effect id. */
  readonly tries: Map<string, Try>;
  /** By request id. */
  readonly gates: Map<string, Gate>;
  /** By effect id: the digest that only an approval may let through. */
  readonly gated: Map<string, string>;
  /** What people granted beside single calls. */
  readonly grants: Grants;
}

/** What is wrong with an entry, or undefined where it is in order. */
type Objection = string | undefined;

/**
 * Enters the next entry of the session, or answers why it had no right to be there. Holds that
 * - an effect starts on an allow, or on an approval of its digest that is in time and unused,
 *   or on a grant of its shape that is in force, by somebody who may decide on it;
 * - it never starts on an allow while an approval of it is wanted, was denied or has expired;
 * - an approval is used up by one effect, whose later tries may rest on it;
 * - a try has one start, one end, and progress only in between; a denied one has no start;
 * - an effect that succeeded is not tried again, nor an open one that is not safe to repeat;
 * - an approval is resolved once, in time, by somebody who may, when as many agree as have to;
 * - a used approval is not closed.
 */
export function enter(ledger: Ledger, entry: EvidenceEntry): Objection {
  const objection = objectTo(ledger, entry);
  if (objection === undefined) enterGrants(ledger.grants, entry);
  return objection;
}

function objectTo(ledger: Ledger, entry: EvidenceEntry): Objection {
  switch (entry.kind) {
    case 'tool_call_started':
      return start(ledger, entry);
    case 'tool_call_denied':
      return deny(ledger, entry);
    case 'tool_call_progress':
    case 'tool_call_finished':
    case 'tool_call_crashed':
      return run(ledger, entry);
    case 'approval_requested':
      return request(ledger, entry);
    case 'approval_voted':
      return vote(ledger, entry);
    case 'approval_resolved':
      return resolve(ledger, entry);
    case 'approval_expired':
    case 'approval_superseded':
      return close(ledger, entry);
    case 'grant_revoked':
      return ledger.grants.has(entry.request_id)
        ? undefined
        : `revokes what ${entry.request_id} granted, which is not in force`;
    default:
      // What moves the session itself rests on no decision.
      return undefined;
  }
}

function start({ tries, gates, gated, grants }: Ledger, entry: Started): Objection {
  const { effect_id, receipt_id, attempt, restart, recovery } = entry;
  const objection = objectToTry(entry, tries.get(effect_id)) ?? objectToDecisions(entry);
  if (objection !== undefined) return objection;
  if (entry.basis === 'allow') {
    if (gated.get(effect_id) === entry.digest) return `starts ${effect_id} without its approval`;
  } else if (entry.basis === 'grant') {
    const unfounded = objectionToGranted(grants, entry);
    if (unfounded !== undefined) return unfounded;
  } else {
    const gate = gates.get(entry.request_id ?? '');
    if (!gate || !isOpenTo(gate, entry)) return `starts ${effect_id} on no approval of its own`;
    gates.set(gate.request.request_id, { ...gate, usedBy: effect_id });
  }
  const isRepeatable = recovery !== 'manual';
  tries.set(effect_id, { receipt_id, attempt, restart, status: 'open', isRepeatable });
  return undefined;
}

function deny({ tries }: Ledger, entry: Denied): Objection {
  const { effect_id, receipt_id, attempt, restart } = entry;
  const objection = objectToTry(entry, tries.get(effect_id));
  if (objection !== undefined) return objection;
  tries.set(effect_id, { receipt_id, attempt, restart, status: 'denied', isRepeatable: false });
  return undefined;
}

function run({ tries }: Ledger, entry: Running): Objection {
  const open = tries.get(entry.effect_id);
  if (open?.status !== 'open' || open.receipt_id !== entry.receipt_id) {
    return `belongs to call ${entry.receipt_id}, which is not open`;
  }
  if (entry.kind !== 'tool_call_progress') {
    tries.set(entry.effect_id, { ...open, status: entry.result });
  }
  return undefined;
}

function request({ gates, gated }: Ledger, entry: Requested): Objection {
  if (gates.has(entry.request_id)) return `requests approval ${entry.request_id} a second time`;
  gates.set(entry.request_id, { request: entry, status: 'pending' });
  gated.set(entry.effect_id, entry.digest);
  return undefined;
}

function vote({ gates }: Ledger, entry: Voted): Objection {
  const gate = gates.get(entry.request_id);
  if (!gate || !mayDecide(gate, entry)) return `votes on ${entry.request_id}, which it cannot`;
  const voters = [...(gate.voters ?? []), entry.approved_by];
  gates.set(entry.request_id, { ...gate, voters });
  return undefined;
}

function resolve({ gates }: Ledger, entry: Resolved): Objection {
  const gate = gates.get(entry.request_id);
  if (!gate || !mayDecide(gate, entry)) {
    return `resolves approval ${entry.request_id}, which it cannot`;
  }
  const agreed = (gate.voters?.length ?? 0) + 1;
  const { quorum = 1 } = gate.request.terms ?? {};
  if (entry.approved && agreed < quorum) {
    return `approves ${entry.request_id} with ${agreed} of the ${quorum} who have to agree`;
  }
  const status = resolvedStatus(gate, entry);
  if (entry.grant && (status !== 'approved' || !isGivenFor(gate.request, entry.grant))) {
    return `grants more than ${entry.request_id} can`;
  }
  gates.set(entry.request_id, { ...gate, status });
  return undefined;
}

function close({ gates, gated }: Ledger, entry: Closed): Objection {
  const gate = gates.get(entry.request_id);
  const isLive = gate !== undefined && ['pending', 'approved', 'edited'].includes(gate.status);
  if (!isLive || gate.usedBy !== undefined || gate.request.digest !== entry.digest) {
    return `closes approval ${entry.request_id}, which is not open`;
  }
  const status = entry.kind === 'approval_expired' ? 'expired' : 'superseded';
  gates.set(entry.request_id, { ...gate, status });
  const { effect_id, digest } = gate.request;
  if (status === 'superseded' && gated.get(effect_id) === digest) gated.delete(effect_id);
  return undefined;
}

function objectToTry(entry: Started | Denied, last: Try | undefined): Objection {
  if (!last) return undefined;
  const { effect_id, attempt, restart } = entry;
  if (last.status === 'success') return `tries ${effect_id} again after it succeeded`;
  if (attempt < last.attempt || (attempt === last.attempt && restart <= last.restart)) {
    return `repeats a try of ${effect_id}`;
  }
  // Started over by the runtime, or left open: both take a tool that is safe to repeat.
  const isRestart = attempt === last.attempt || last.status === 'open';
  const isAllowed = last.isRepeatable && ['open', 'crashed'].includes(last.status);
  return isRestart && !isAllowed ? `starts ${effect_id} over, which is not safe` : undefined;
}

function objectToDecisions({ basis, effect_id, policy_decisions }: Started): Objection {
  const enforced = policy_decisions.filter(({ mode }) => mode !== 'shadow');
  const decisions = enforced.map(({ decision }) => decision);
  const isAllowed =
    decisions.length > 0 && decisions.every((one) => one === 'allow' || one === 'modify');
  return decisions.includes('deny') || (basis === 'allow' && !isAllowed)
    ? `starts ${effect_id} against its policy decisions`
    : undefined;
}

/** Whether the word of this person, at this time, on this call counts. */
function mayDecide(gate: Gate, entry: Resolved | Voted): boolean {
  const { request, status, voters = [] } = gate;
  const { approvers, distinct } = request.terms ?? {};
  const { approved_by } = entry;
  const isThey = (other: string): boolean => personOf(other) === personOf(approved_by);
  return (
    status === 'pending' &&
    request.digest === entry.digest &&
    !isThey('') &&
    !voters.some(isThey) &&
    (approvers === undefined || approvers.includes(approved_by)) &&
    !(distinct && request.requested_by !== undefined && isThey(request.requested_by)) &&
    isInTime(request.expires_at, entry.timestamp)
  );
}

function isOpenTo({ request, status, usedBy }: Gate, entry: Started): boolean {
  if (status !== 'approved' || request.digest !== entry.digest) return false;
  return usedBy === undefined
    ? isInTime(request.expires_at, entry.timestamp)
    : usedBy === entry.effect_id;
}

/** An edit approves other bytes than those that were requested, and so not this request. */
function resolvedStatus({ request }: Gate, resolution: Resolved): Gate['status'] {
  if (!resolution.approved) return 'denied';
  const { edited_input_hash = request.input_hash } = resolution;
  return edited_input_hash === request.input_hash ? 'approved' : 'edited';
}
