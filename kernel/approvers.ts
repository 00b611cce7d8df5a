/** Who may decide on an approval, and how many more have to agree. */
import type { Approval, ApprovalTerms } from './contract/index.ts';
import { personOf } from './person.ts';

type Asked = Pick<Approval, 'request_id' | 'terms' | 'requested_by' | 'votes'>;

/** Why somebody may not decide on an approval; undefined where they may. */
export function objectionTo(approval: Asked, person: string): string | undefined {
  const { terms = {}, requested_by, votes = [], request_id } = approval;
  if (terms.approvers && !terms.approvers.includes(person)) {
    return `${person} is not among those who decide on ${request_id}: ${listed(terms.approvers)}`;
  }
  if (terms.distinct && requested_by === undefined) {
    return `Nobody can be told apart from who asked for ${request_id}: its requester is not known`;
  }
  const isThey = (other: string): boolean => personOf(other) === personOf(person);
  if (terms.distinct && requested_by !== undefined && isThey(requested_by)) {
    return `${person} asked for ${request_id}, and somebody else has to decide on it`;
  }
  if (votes.some(({ approved_by }) => isThey(approved_by))) {
    return `${person} has agreed to ${request_id} already`;
  }
  return undefined;
}

/** Whether the word of one person is enough for a call, by the terms of the rules that ask. */
export function mayDecideAlone(
  { terms, metadata }: { readonly terms?: ApprovalTerms | undefined; readonly metadata?: unknown },
  person: string,
): boolean {
  const { requested_by } = (metadata ?? {}) as { readonly requested_by?: unknown };
  const asked = { terms, ...(typeof requested_by === 'string' && { requested_by }) };
  return (
    (terms?.quorum ?? 1) === 1 && objectionTo({ ...asked, request_id: '' }, person) === undefined
  );
}

/** How many have to agree beside the one who agrees now. */
export function votesMissing({ terms, votes = [] }: Approval): number {
  return Math.max(0, (terms?.quorum ?? 1) - votes.length - 1);
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? 'nobody' : names.join(', ');
}
