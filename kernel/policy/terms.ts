/** The terms of an approval that several rules ask for: together they are as strict as each. */
import type { ApprovalTerms } from '../contract/index.ts';

/**
 * Merges terms to the shortest expiry, the approvers that all name, the largest quorum, and
 * distinct where one says so. Where no approver is named by all, the list is empty: nobody may.
 */
export function mergeTerms(terms: readonly ApprovalTerms[]): ApprovalTerms | undefined {
  if (terms.length === 0) return undefined;
  const expiries = terms.flatMap(({ expires_in_ms }) => expires_in_ms ?? []);
  const quorums = terms.flatMap(({ quorum }) => quorum ?? []);
  const named = terms.flatMap(({ approvers }) => (approvers ? [new Set(approvers)] : []));
  const [first, ...others] = named;
  const isDistinct = terms.some(({ distinct }) => distinct);
  return {
    ...(expiries.length > 0 && { expires_in_ms: Math.min(...expiries) }),
    ...(first && { approvers: [...others.reduce((all, one) => all.intersection(one), first)] }),
    ...(quorums.length > 0 && { quorum: Math.max(...quorums) }),
    ...(isDistinct && { distinct: true }),
  };
}
