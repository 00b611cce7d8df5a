/** A person's word that calls of one shape may run in one session without being asked about. */
import { z } from 'zod';
import { approvalTerms, pointer } from './policy-rule.ts';

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const GRANT_MS_MAX = 30 * 86_400_000;

/** What an approver asks for beside the approval of a call. */
export const grantRequest = z.strictObject({
  /** Milliseconds from the approval on. */
  expires_in_ms: z.int().min(1).max(GRANT_MS_MAX),
  /** JSON Pointers to what may differ from the approved input; nothing may where none is named. */
  vary: z.array(pointer).max(32).optional(),
});
export type GrantRequest = z.infer<typeof grantRequest>;

/** What was granted. The instant of its end was fixed then; nothing moves it. */
export const approvalGrant = z.strictObject({
  /** sha256 that all calls have which it covers. */
  shape: hash,
  vary: z.array(z.string()),
  policy_version: z.string().min(1),
  expires_at: z.iso.datetime(),
});
export type ApprovalGrant = z.infer<typeof approvalGrant>;

/** A grant that nothing has ended yet, as the evidence of its session tells of it. */
export const standingGrant = approvalGrant.extend({
  session_id: z.string().min(1),
  /** The approval that it was given with. */
  request_id: z.string().min(1),
  /** The entry that gave it. */
  seq: z.int().nonnegative(),
  tool_name: z.string(),
  granted_by: z.string(),
  /** Digests of calls that were declined since: it does not cover them. */
  declined: z.array(hash),
});
export type StandingGrant = z.infer<typeof standingGrant>;

/** What the start of a call says of the grant that it rests on. */
export const usedGrant = z.strictObject({
  shape: hash,
  /** Who may decide on this call, by the rules that ask about it: its grantor had to be one. */
  terms: approvalTerms.optional(),
});
export type UsedGrant = z.infer<typeof usedGrant>;
