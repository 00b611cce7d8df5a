/** What a session was started with: written once, read at each activation. */
import { z } from 'zod';
import { intentCatalogEntry, limits, toolCatalogEntry } from '../../kernel/index.ts';

export const sessionStart = z.strictObject({
  schema_version: z.literal(1),
  session_id: z.string().min(1),
  task_id: z.string().min(1),
  run_id: z.string().min(1),
  created_at: z.iso.datetime(),
  /** Under whose rules it is, for as long as it lives; absent outside of all lanes. */
  lane_id: z.string().min(1).optional(),
  /** `runtime`: moves by itself; `host`: moves when a host calls start or resume. */
  driver: z.enum(['runtime', 'host']),
  model_profile: z.string().min(1),
  /** The endpoint that a host named; absent where the profile's own is meant. */
  url: z.string().min(1).optional(),
  stream: z.boolean(),
  /** Absent: what the kernel governs at each turn. */
  tool_catalog: z.array(toolCatalogEntry).optional(),
  intent_catalog: z.array(intentCatalogEntry).optional(),
  /** As asked for by the call; what counts is the tighter of these and the configuration. */
  limits: limits.optional(),
  metadata: z.record(z.string(), z.unknown()).optional(),
  /** What a host gave to be asked each turn, without its messages; for sessions of hosts. */
  turn_input: z.record(z.string(), z.unknown()).optional(),
  /** How many messages the session began with; for sessions of hosts. */
  seed_message_count: z.int().nonnegative().optional(),
});
export type SessionStart = z.infer<typeof sessionStart>;
