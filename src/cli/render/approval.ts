/** Approvals in lists, and the exact call that a person is asked about. */
import {
  canonicalJson,
  isGrantable,
  type Approval,
  type ApprovalTerms,
  type StandingGrant,
} from '../../../kernel/index.ts';
import { lookAlikesIn } from '../look-alikes.ts';
import { printableLine } from '../printable.ts';
import type { Style } from './style.ts';
import { pairs, table } from './table.ts';

/** Lists pending approvals. */
export function approvalList(approvals: readonly Approval[], style: Style): string {
  if (approvals.length === 0) return 'No pending approvals';
  const rows = approvals.map((approval) => [
    approval.request_id,
    approval.session_id,
    approval.tool_name,
    approval.expires_at,
  ]);
  return table(['request', 'session', 'tool', 'open until'], rows, style);
}

/** Lists what was granted beside single calls, and is in force. */
export function grantList(grants: readonly StandingGrant[], style: Style): string {
  if (grants.length === 0) return 'No grants in force';
  const rows = grants.map((grant) => [
    ...[grant.request_id, grant.session_id, grant.tool_name],
    ...[grant.vary.join(', ') || 'nothing', grant.granted_by, grant.expires_at],
  ]);
  const head = ['request', 'session', 'tool', 'may differ in', 'granted by', 'until'];
  return table(head, rows, style);
}

/** Everything that will run when it is approved, and why a person is asked. Nothing is cut. */
export function approvalText(approval: Approval, style: Style): string {
  const input = Object.keys(approval.input)
    .toSorted()
    .map((key) => `  ${style.faint(printableLine(key))} ${readable(approval.input[key])}`);
  return [
    style.strong(printableLine(approval.tool_name)),
    ...input,
    ...cautions(approval).map((text) => style.notable(`  ${text}`)),
    '',
    pairs(facts(approval), style),
  ].join('\n');
}

function facts(approval: Approval): Readonly<Record<string, string | undefined>> {
  const { terms, votes = [], deferred } = approval;
  return {
    request: approval.request_id,
    session: approval.session_id,
    status: approval.status,
    intent: approval.intent,
    because: approval.reasons.join('; '),
    rules: approval.policy_ids.join(', '),
    'asked by': approval.requested_by,
    approvers: approversText(terms),
    'have to agree': terms?.quorum === undefined ? undefined : String(terms.quorum),
    agreed: votes.map(({ approved_by }) => approved_by).join(', ') || undefined,
    'edited from': approval.edited_from,
    [deferred ? 'denied at' : 'open until']: approval.expires_at,
    'decided by': approval.approved_by,
    'decided at': approval.resolved_at,
    reason: approval.reason,
    ...grantFacts(approval),
    digest: approval.digest,
  };
}

/** What was granted beside the call; of one that waits, what could be. */
function grantFacts(approval: Approval): Readonly<Record<string, string>> {
  const { grant, status, input } = approval;
  if (grant) {
    const vary = grant.vary.length === 0 ? '' : `, whatever is in ${grant.vary.join(', ')}`;
    return { granted: `the same call in this session until ${grant.expires_at}${vary}` };
  }
  if (status !== 'pending' || !isGrantable(approval)) return {};
  const places = Object.keys(input).map((key) => pointerTo(key));
  const vary = places.length === 0 ? '' : `; it may vary in ${places.join(', ')}`;
  return { 'a grant covers': `the same call in this session${vary}` };
}

const pointerTo = (key: string): string => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;

function approversText({ approvers, distinct }: ApprovalTerms = {}): string | undefined {
  const named = approvers?.join(', ');
  return distinct ? `${named ?? 'anybody'}, but not who asked for it` : named;
}

/** What an eye that reads the call can miss. */
function cautions(approval: Approval): readonly string[] {
  const lookAlikes = lookAlikesIn(`${approval.tool_name} ${canonicalJson(approval.input)}`);
  return lookAlikes.map((text) => `Caution: ${text}`);
}

/** The canonical JSON of a value in which nothing hides: what JSON allows raw is escaped, too. */
export function readable(value: unknown): string {
  return printableLine(canonicalJson(value));
}
