/** Holds the record of an approval against what evidence says of it: a record grants nothing. */
import type { Approval, EvidenceEntry } from '../contract/index.ts';
import { canonicalJson, contentHash } from '../canonical.ts';
import { ledgerOf } from './account.ts';
import { enter } from './ledger.ts';

/** Whether an entry is about an approval: its request, what people said to it, its use. */
export function isAboutApproval(entry: EvidenceEntry, request_id: string): boolean {
  // A call that was granted with it uses the grant, and leaves the approval as it is.
  if (entry.kind === 'tool_call_started' && entry.basis === 'grant') return false;
  return 'request_id' in entry && entry.request_id === request_id;
}

/**
 * Says what the record of a live approval has otherwise than its evidence; undefined where it has
 * nothing. The entries are those about this approval, in their order.
 */
export function objectionToRecord(
  approval: Approval,
  entries: readonly EvidenceEntry[],
): string | undefined {
  const asked = entries.find((entry) => entry.kind === 'approval_requested');
  if (!asked) return 'was never asked for';
  const expected = canonicalJson(factsAsked({ ...asked }, asked.input_hash));
  const stated = canonicalJson(factsAsked({ ...approval }, contentHash(approval.input)));
  if (stated !== expected) return 'is not what was asked for';
  const ledger = ledgerOf({ tries: [], gates: [], gated: [] });
  if (entries.some((entry) => enter(ledger, entry) !== undefined)) return 'rests on no evidence';
  const { status, voters = [], usedBy } = ledger.gates.get(approval.request_id) ?? {};
  const votes = (approval.votes ?? []).map(({ approved_by }) => approved_by);
  const isSame = usedBy === undefined && status === approval.status;
  const { grant } = entries.find((entry) => entry.kind === 'approval_resolved') ?? {};
  if (canonicalJson(approval.grant ?? null) !== canonicalJson(grant ?? null)) {
    return 'is not what was granted';
  }
  return isSame && canonicalJson(votes) === canonicalJson(voters)
    ? undefined
    : 'is not what people decided';
}

const FACTS = [
  ...(['session_id', 'run_id', 'task_id', 'request_id', 'effect_id', 'tool_name'] as const),
  ...(['digest', 'policy_version', 'expires_at', 'terms', 'requested_by', 'metadata'] as const),
];

/** What a request and its record both say. */
function factsAsked(
  said: Readonly<Partial<Record<(typeof FACTS)[number], unknown>>>,
  input_hash: string,
): Readonly<Record<string, unknown>> {
  return { ...Object.fromEntries(FACTS.map((fact) => [fact, said[fact]])), input_hash };
}
