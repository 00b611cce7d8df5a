/** A request for a person's consent to one exact call. */
import { z } from 'zod';
import { approvalGrant, grantRequest, type ApprovalGrant } from './grant.ts';
import { approvalTerms } from './policy-rule.ts';

export const approvalStatus = z.enum([
  'pending',
  'approved',
  'denied',
  'expired',
  'superseded',
  'consumed',
]);
export type ApprovalStatus = z.infer<typeof approvalStatus>;

export const approval = z.strictObject({
  schema_version: z.literal(1),
  request_id: z.string().min(1),
  session_id: z.string().min(1),
  task_id: z.string().min(1),
  run_id: z.string().min(1),
  /** The position of the call in its session, or of the host's call in its chain. */
  effect_id: z.string().min(1),
  tool_name: z.string().min(1),
  /** sha256 over the canonical bytes of tool, input, session and policy version. */
  digest: z.string().length(64),
  policy_version: z.string().min(1),
  /** What will run, byte for byte, when approved. */
  input: z.record(z.string(), z.unknown()),
  intent: z.string().optional(),
  reasons: z.array(z.string()),
  policy_ids: z.array(z.string()),
  requested_at: z.iso.datetime(),
  expires_at: z.iso.datetime(),
  status: approvalStatus,
  resolved_at: z.iso.datetime().optional(),
  approved_by: z.string().optional(),
  reason: z.string().optional(),
  /** The approver changed the input: the record that this one was superseded by or came from. */
  edited_from: z.string().optional(),
  /** Who may decide, and how many have to agree; absent: one person, whoever it is. */
  terms: approvalTerms.optional(),
  /** Who asked for what led to the call: `requested_by` of its metadata. */
  requested_by: z.string().optional(),
  /** What the call carried into policy; with an edited input it is decided on with the same. */
  metadata: z.record(z.string(), z.unknown()).optional(),
  /** Those who have agreed so far, where several have to. */
  votes: z
    .array(
      z.strictObject({
        approved_by: z.string(),
        voted_at: z.iso.datetime(),
        reason: z.string().optional(),
      }),
    )
    .optional(),
  /** A rule deferred the call: at its deadline it is denied, and its session goes on. */
  deferred: z.literal(true).optional(),
  /** What the approver granted beside this call; in force is what evidence says of it. */
  grant: approvalGrant.optional(),
});
export type Approval = z.infer<typeof approval>;

/** Words of a person, as evidence can hold them. */
const words = z
  .string()
  .refine((text) => text.isWellFormed(), { error: 'must be well-formed Unicode' })
  .max(10_000);

export const approvalResolution = z.strictObject({
  request_id: z.string().min(1),
  approved: z.boolean(),
  approved_by: words.trim().min(1, { error: 'approved_by must name who decided' }),
  reason: words.optional(),
  /** Replaces the whole input: a new digest, and policy decides on it again. */
  edited_input: z.record(z.string(), z.unknown()).optional(),
  /** Lets calls of the same shape in the same session run as well, until an instant. */
  grant: grantRequest.optional(),
});
export type ApprovalResolution = z.infer<typeof approvalResolution>;

/** A person's word that what was granted with an approval is over. */
export const grantRevocation = z.strictObject({
  request_id: z.string().min(1),
  revoked_by: words.trim().min(1, { error: 'revoked_by must name who revoked it' }),
});
export type GrantRevocation = z.infer<typeof grantRevocation>;

/** What `resolveApproval` answers, after the decision is on disk. */
export interface ApprovalResolved {
  readonly request_id: string;
  readonly approved: boolean;
  readonly approved_by: string;
  readonly task_id: string;
  readonly run_id: string;
  readonly session_id: string;
  readonly tool_name: string;
  readonly reason?: string | undefined;
  /** How many others have to agree before anything runs; absent where it is decided. */
  readonly votes_missing?: number | undefined;
  /** What was granted beside the call. */
  readonly grant?: ApprovalGrant | undefined;
}
