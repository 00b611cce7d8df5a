/**
 * The requests on which policy decided in a past session, read from its evidence: what was asked
 * for, by whom, and what was decided. An entry that ends an earlier request is none of its own.
 */
import {
  policyEffect,
  type EvidenceEntry,
  type PolicyDecision,
  type PolicyEffect,
} from '../../../kernel/index.ts';
import type { PolicyOutcome } from './explain.ts';

/** Entries that hold a decision of policy. */
export type DecidedEntry = Extract<
  EvidenceEntry,
  { readonly kind: 'tool_call_started' | 'tool_call_denied' | 'approval_requested' }
>;

type DeniedEntry = Extract<DecidedEntry, { readonly kind: 'tool_call_denied' }>;

/** What was decided, and by which rules or defaults. */
export interface PastDecision {
  readonly decision: PolicyOutcome;
  readonly policy_ids: readonly string[];
  /** What the caller is told, where it is refused. */
  readonly code?: string;
}

/** What an entry is to somebody who decides again. */
export type Recorded =
  | { readonly kind: 'request'; readonly entry: DecidedEntry; readonly past: PastDecision }
  /** A call began that a person had been asked about. */
  | { readonly kind: 'approved_start'; readonly entry: DecidedEntry; readonly request_id: string }
  | { readonly kind: 'undecidable'; readonly entry: DecidedEntry; readonly why: string };

/** Reads an entry; undefined for one that holds no decision of policy, or repeats one. */
export function recordedOf(entry: EvidenceEntry): Recorded | undefined {
  switch (entry.kind) {
    case 'approval_requested':
      return request(entry);
    case 'tool_call_started':
      // A crash made it start again: nothing was decided anew.
      if (entry.restart > 0) return undefined;
      return entry.basis === 'approval' && entry.request_id !== undefined
        ? { kind: 'approved_start', entry, request_id: entry.request_id }
        : request(entry);
    case 'tool_call_denied':
      return denialOf(entry);
    default:
      return undefined;
  }
}

/** A denial by policy, or by the catalog that follows from it, is a request. */
function denialOf(entry: DeniedEntry): Recorded | undefined {
  const code = entry.error?.code ?? 'TOOL_EXECUTION_FAILED';
  switch (code) {
    case 'POLICY_DENIED':
    case 'TOOL_NOT_OFFERED':
      return request(entry);
    case 'SCOPE_DENIED':
      return strictestOf(entry) === 'deny'
        ? request(entry)
        : { kind: 'undecidable', entry, why: 'its arguments led out of scope on the disk' };
    case 'APPROVAL_DENIED':
    case 'APPROVAL_EXPIRED':
      return undefined;
    default:
      return { kind: 'undecidable', entry, why: `it was refused before policy, with ${code}` };
  }
}

function request(entry: DecidedEntry): Recorded {
  const effect = entry.kind === 'tool_call_denied' ? 'deny' : strictestOf(entry);
  const decision = effect === 'modify' ? 'allow' : effect;
  const policy_ids = enforced(entry).flatMap((one) =>
    one.decision === effect ? one.policy_id : [],
  );
  const code = entry.kind === 'tool_call_denied' ? entry.error?.code : undefined;
  const past = { decision, policy_ids, ...(code !== undefined && { code }) };
  return { kind: 'request', entry, past };
}

/** A rule that hit is never outvoted by looser ones; a default is written down if it decides. */
function strictestOf(entry: DecidedEntry): PolicyEffect {
  const said = new Set(enforced(entry).map(({ decision }) => decision));
  return policyEffect.options.findLast((effect) => said.has(effect)) ?? 'deny';
}

function enforced({ policy_decisions }: DecidedEntry): readonly PolicyDecision[] {
  return policy_decisions.filter(({ mode }) => mode === undefined);
}
