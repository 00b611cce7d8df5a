/**
 * Evidence: the append-only, hash-chained record of a session, and its write-ahead log.
 * Inputs and outputs stand in it by content hash; the bytes are blobs, stored once.
 */
import { z } from 'zod';
import { approvalGrant, usedGrant } from './grant.ts';
import { policyDecision } from './policy.ts';
import { approvalTerms } from './policy-rule.ts';
import { artifact, sandboxFacts } from './sandbox.ts';
import { toolScope } from './scope.ts';

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const position = z.int().nonnegative();

/**
 * Where the machine of a session stood, as in `tool_request.executing`; on no entry that was
 * written while nothing of the session was in memory. A replay has to come to the same places.
 */
const states = {
  /** When it was written; of a receipt, when its call began; of a move, where it led from. */
  state_before: z.string().optional(),
  /** When it was written, of receipts and moves only. */
  state_after: z.string().optional(),
  /** sha256 of the canonical state and context as it was written, of entries of the session. */
  state_hash: hash.optional(),
  /** How many messages it had then, of entries of the session and of starts. */
  message_count: position.optional(),
};

/** The fields that every entry has. `hash` covers all others, `prev_hash` links to `seq - 1`. */
const link = {
  schema_version: z.literal(1),
  session_id: z.string().min(1),
  seq: position,
  prev_hash: hash,
  hash,
  timestamp: z.iso.datetime(),
  run_id: z.string().min(1),
  task_id: z.string().min(1),
  ...states,
};

const effect = {
  /** Names one try, shared by its started and its closing entry. */
  receipt_id: z.string().min(1),
  effect_id: z.string().min(1),
  /** 1, and one more for each time an operator had it tried again. */
  attempt: z.int().positive(),
  /** How often this attempt was started over after a crash. */
  restart: z.int().nonnegative(),
  tool_name: z.string().min(1),
};

/** What was asked for, beside the input: without it nobody could decide on the request again. */
const asked = {
  /** The input as it was written, where the tool's schema read another one out of it. */
  read_from: hash.optional(),
  /** What it carried into policy: its intent, its counters, what its host says of it. */
  metadata: z.record(z.string(), z.unknown()).optional(),
};

const outcome = {
  duration_ms: z.number().nonnegative(),
  error: z.strictObject({ code: z.string(), message: z.string() }).optional(),
  output_hash: hash.optional(),
};

const startedEntry = z.strictObject({
  ...link,
  ...effect,
  kind: z.literal('tool_call_started'),
  tool_version: z.string(),
  execution_mode: z.enum(['in-process', 'subprocess']),
  recovery: z.enum(['retry', 'probe', 'manual']),
  input_hash: hash,
  /** Why it was allowed to start: by policy, on the approval that it consumed, or on a grant. */
  basis: z.enum(['allow', 'approval', 'grant']),
  request_id: z.string().optional(),
  /** Set with basis `grant`; the approval that gave it is `request_id`. */
  grant: usedGrant.optional(),
  /** The input that was asked for, where rules changed it to what ran. */
  modified_from: hash.optional(),
  digest: hash,
  policy_version: z.string(),
  scope_requested: z.array(toolScope),
  scope_allowed: z.array(toolScope),
  scope_enforced: z.array(toolScope),
  policy_decisions: z.array(policyDecision),
  workspace_config_hash: hash,
  runtime_version: z.string(),
  pack_id: z.string().optional(),
  pack_version: z.string().optional(),
  pack_integrity: z.string().optional(),
  ...asked,
});

const progressEntry = z.strictObject({
  ...link,
  ...effect,
  kind: z.literal('tool_call_progress'),
  sequence: position,
  state: z.enum(['partial', 'final']),
  snapshot_hash: hash,
});

const finishedEntry = z.strictObject({
  ...link,
  ...effect,
  ...outcome,
  kind: z.literal('tool_call_finished'),
  result: z.enum(['success', 'failure']),
  artifacts_written: z.array(z.string()),
  /** What was in force around a tool that ran in a process of its own. */
  sandbox: sandboxFacts.optional(),
  /** The files that such a tool says it wrote, as they were when it was gone. */
  artifacts: z.array(artifact).optional(),
});

/** Nothing ran: policy, scope, schema, catalog or an approval stood against it. */
const deniedEntry = z.strictObject({
  ...link,
  ...effect,
  ...outcome,
  kind: z.literal('tool_call_denied'),
  result: z.literal('denied'),
  input_hash: hash,
  policy_decisions: z.array(policyDecision),
  ...asked,
});

/** Started, and whether it happened is not known. */
const crashedEntry = z.strictObject({
  ...link,
  ...effect,
  ...outcome,
  kind: z.literal('tool_call_crashed'),
  result: z.literal('crashed'),
});

const approvalFacts = { request_id: z.string(), tool_name: z.string(), digest: hash };

const approvalRequestedEntry = z.strictObject({
  ...link,
  ...approvalFacts,
  kind: z.literal('approval_requested'),
  effect_id: z.string(),
  input_hash: hash,
  policy_version: z.string(),
  policy_decisions: z.array(policyDecision),
  expires_at: z.iso.datetime(),
  terms: approvalTerms.optional(),
  requested_by: z.string().optional(),
  /** The input that was asked for, where rules changed it to what a person is asked about. */
  modified_from: hash.optional(),
  ...asked,
});

/** One of several who have to agree. */
const approvalVotedEntry = z.strictObject({
  ...link,
  ...approvalFacts,
  kind: z.literal('approval_voted'),
  approved_by: z.string(),
  reason: z.string().optional(),
});

const approvalResolvedEntry = z.strictObject({
  ...link,
  ...approvalFacts,
  kind: z.literal('approval_resolved'),
  approved: z.boolean(),
  approved_by: z.string(),
  reason: z.string().optional(),
  /** Hash of the approver's replacement input, where the call was edited. */
  edited_input_hash: hash.optional(),
  /** Calls that may run from now on without being asked about. */
  grant: approvalGrant.optional(),
});

/** What was granted with an approval is over before its time. */
const grantRevokedEntry = z.strictObject({
  ...link,
  ...approvalFacts,
  kind: z.literal('grant_revoked'),
  revoked_by: z.string(),
});

/** Ended without a person: too late, or replaced (edited input, changed policy). */
const approvalClosedEntry = z.strictObject({
  ...link,
  ...approvalFacts,
  kind: z.enum(['approval_expired', 'approval_superseded']),
  reason: z.string(),
});

/** What moved a session from outside its effects: messages, answers, wakeups, ends. */
const sessionEntry = z.strictObject({
  ...link,
  kind: z.enum([
    'session_started',
    'session_resumed',
    'session_message',
    'session_paused',
    'session_scheduled',
    'session_woken',
    'session_escalated',
    'escalation_answered',
    'session_canceled',
    'session_completed',
    'workflow_started',
    'workflow_continued',
  ]),
  machine_version: z.string().optional(),
  reason: z.string().optional(),
  by: z.string().optional(),
  /** Content hash of what came in (messages, an operator's result), where something did. */
  content_hash: hash.optional(),
  details: z.record(z.string(), z.unknown()).optional(),
});

export const evidenceEntry = z.discriminatedUnion('kind', [
  startedEntry,
  progressEntry,
  finishedEntry,
  deniedEntry,
  crashedEntry,
  approvalRequestedEntry,
  approvalVotedEntry,
  approvalResolvedEntry,
  approvalClosedEntry,
  grantRevokedEntry,
  sessionEntry,
]);
export type EvidenceEntry = z.infer<typeof evidenceEntry>;
export type EvidenceKind = EvidenceEntry['kind'];
export type StartedEntry = z.infer<typeof startedEntry>;
/** The closing entry of a call: the receipt that a host shows. */
export type Receipt = z.infer<typeof finishedEntry | typeof deniedEntry | typeof crashedEntry>;
export type SessionEntryKind = z.infer<typeof sessionEntry>['kind'];

type Chained = 'schema_version' | 'session_id' | 'seq' | 'prev_hash' | 'hash' | 'timestamp';
type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K & keyof T> : never;
/** An entry before the journal gives it its place in the chain. */
export type EntryDraft = Without<EvidenceEntry, Chained>;
