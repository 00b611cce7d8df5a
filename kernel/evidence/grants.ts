/**
 * The grants of a session as its evidence tells of them. A journal and whoever verifies its chain
 * read them with the same function, so nothing else can make one or keep one alive.
 */
import type {
  ApprovalGrant,
  ApprovalTerms,
  EvidenceEntry,
  EvidenceKind,
  StandingGrant,
} from '../contract/index.ts';
import { mayDecideAlone } from '../approvers.ts';
import { shapeOfDigest } from '../grant-shape.ts';
import { isInTime } from './in-time.ts';

type Entry<Kind extends EvidenceKind> = Extract<EvidenceEntry, { readonly kind: Kind }>;

/** By the request of the approval that gave them. */
export type Grants = Map<string, StandingGrant>;

/**
 * Takes in what an entry does to the grants: gives one, revokes one, ends all with the session, or
 * keeps a call that was declined out of them. Time that evidence has seen does not come again: an
 * entry from behind the end of a grant ends it, whatever the clock says later.
 */
export function enterGrants(grants: Grants, entry: EvidenceEntry): void {
  for (const [request_id, { expires_at }] of grants) {
    if (Date.parse(entry.timestamp) >= Date.parse(expires_at)) grants.delete(request_id);
  }
  switch (entry.kind) {
    case 'approval_resolved':
      if (entry.approved) give(grants, entry);
      else keepOut(grants, entry.digest);
      return;
    case 'grant_revoked':
      grants.delete(entry.request_id);
      return;
    case 'session_completed':
      grants.clear();
      return;
    default:
      return;
  }
}

function give(grants: Grants, entry: Entry<'approval_resolved'>): void {
  const { grant, request_id, session_id, seq, tool_name, approved_by: granted_by } = entry;
  if (!grant) return;
  const given = { ...grant, session_id, request_id, seq, tool_name, granted_by, declined: [] };
  grants.set(request_id, given);
}

function keepOut(grants: Grants, digest: string): void {
  for (const [request_id, grant] of grants) {
    grants.set(request_id, { ...grant, declined: [...grant.declined, digest] });
  }
}

/** Whether this can be granted with an approval: one person's, of a call of this shape. */
export function isGivenFor(
  { terms, digest }: { readonly terms?: ApprovalTerms | undefined; readonly digest: string },
  { shape, vary }: ApprovalGrant,
): boolean {
  return (terms?.quorum ?? 1) === 1 && (vary.length > 0 || shapeOfDigest(digest, []) === shape);
}

/** Why a start may not rest on the grant that it names; undefined where it may. */
export function objectionToGranted(
  grants: Grants,
  entry: Entry<'tool_call_started'>,
): string | undefined {
  const { effect_id, request_id = '', digest, grant: used, policy_decisions, metadata } = entry;
  const grant = grants.get(request_id);
  if (!grant) return `starts ${effect_id} on no grant that is in force`;
  if (!isCovered(grant, entry)) return `starts ${effect_id} on a grant that does not cover it`;
  if (grant.declined.includes(digest)) return `starts ${effect_id}, which was declined`;
  const words = policy_decisions.filter(({ mode }) => !mode).map(({ decision }) => decision);
  if (!words.includes('approval_required') || words.includes('defer')) {
    return `starts ${effect_id} on a grant, against its policy decisions`;
  }
  return mayDecideAlone({ terms: used?.terms, metadata }, grant.granted_by)
    ? undefined
    : `starts ${effect_id} on the grant of somebody who may not decide on it`;
}

/** What can be told without the input: of a call that may differ in nothing, all of it. */
function isCovered(grant: StandingGrant, entry: Entry<'tool_call_started'>): boolean {
  return (
    isInTime(grant.expires_at, entry.timestamp) &&
    entry.grant?.shape === grant.shape &&
    entry.tool_name === grant.tool_name &&
    entry.policy_version === grant.policy_version &&
    (grant.vary.length > 0 || shapeOfDigest(entry.digest, []) === grant.shape)
  );
}
