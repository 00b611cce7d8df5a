/**
 * What is kept beside a chain for whoever does not trust the store: the signed head, and the stone
 * over what was pruned. Each names its type, so that no signature is good for anything else.
 */
import { z } from 'zod';
import { standingGrant } from './grant.ts';
import { approvalTerms } from './policy-rule.ts';

const hash = z.string().regex(/^[0-9a-f]{64}$/);

/** What is signed: that this was the head of the session, and its transcript, at that time. */
const headStatement = z.strictObject({
  schema_version: z.literal(1),
  type: z.literal('evidence_head'),
  session_id: z.string().min(1),
  seq: z.int().nonnegative(),
  hash,
  /** How many messages there were, and the hash over them; of heads that have one. */
  message_count: z.int().nonnegative().optional(),
  transcript_hash: hash.optional(),
  /** ISO 8601, UTC. */
  signed_at: z.iso.datetime(),
  /** sha256 of the raw public key. */
  key_id: hash,
});
export type HeadStatement = z.infer<typeof headStatement>;

/** The statement and its Ed25519 signature over the canonical JSON of the statement, as base64. */
export const signedHead = headStatement.extend({ signature: z.string().min(1) });
export type SignedHead = z.infer<typeof signedHead>;

/** How far the effects and approvals of a chain had come: what the entries behind it rest on. */
const chainAccount = z.strictObject({
  tries: z.array(
    z.strictObject({
      effect_id: z.string(),
      receipt_id: z.string(),
      attempt: z.int(),
      restart: z.int(),
      status: z.enum(['open', 'success', 'failure', 'denied', 'crashed']),
      is_repeatable: z.boolean(),
    }),
  ),
  gates: z.array(
    z.strictObject({
      request_id: z.string(),
      effect_id: z.string(),
      digest: hash,
      input_hash: hash,
      expires_at: z.iso.datetime(),
      terms: approvalTerms.optional(),
      requested_by: z.string().optional(),
      status: z.enum(['pending', 'approved', 'edited', 'denied', 'expired', 'superseded']),
      voters: z.array(z.string()).optional(),
      used_by: z.string().optional(),
    }),
  ),
  /** By effect: the digest that only an approval may let through. */
  gated: z.array(z.strictObject({ effect_id: z.string(), digest: hash })),
  /** Absent where nothing is granted. */
  grants: z.array(standingGrant).optional(),
});
export type ChainAccount = z.infer<typeof chainAccount>;

/** What is said of entries and contents that were removed on purpose. */
export const tombstone = z.strictObject({
  schema_version: z.literal(1),
  type: z.literal('evidence_tombstone'),
  session_id: z.string().min(1),
  /** The last entry that was removed; -1 where all are there. */
  through_seq: z.int().min(-1),
  /** Its hash, which the entry behind it links to. */
  hash,
  /** The last entry whose contents were removed; -1 where all are there. */
  contents_through_seq: z.int().min(-1),
  /** What the entries behind it rest on. */
  account: chainAccount,
  reason: z.string().min(1),
  by: z.string().min(1),
  /** ISO 8601, UTC. */
  pruned_at: z.iso.datetime(),
  /** Absent where evidence is not signed. */
  key_id: hash.optional(),
  /** Over the canonical JSON of all else. */
  signature: z.string().min(1).optional(),
});
export type Tombstone = z.infer<typeof tombstone>;

/** The last link, kept beside the chain so that a cut-off end is noticed. */
export const chainHead = z.strictObject({
  seq: z.int().min(-1),
  hash,
  message_count: z.int().nonnegative(),
  /** Over all messages in their order; absent in heads from before it was kept. */
  transcript_hash: hash.optional(),
  /**
   * Where to read on from after a restart: before it lies no effect that is open or unanswered, and
   * no grant that is in force.
   */
  tail_seq: z.int().nonnegative(),
});
export type ChainHead = z.infer<typeof chainHead>;
