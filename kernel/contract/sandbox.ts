/** What was really in force while a tool ran in a process of its own. Part of its receipt. */
import { z } from 'zod';

const count = z.int().nonnegative();

export const sandboxFacts = z.strictObject({
  /** `none`: a process of its own, and nothing more. */
  confinement: z.enum(['bubblewrap', 'none']),
  /** Why nothing confined it. */
  reason: z.string().optional(),
  /** `warm`: the process was started before the call came, and served no other. */
  start: z.enum(['cold', 'warm']),
  network: z.enum(['off', 'allowlist', 'full', 'unconfined']),
  network_allowlist: z.array(z.string()).optional(),
  /** Paths in the workspace that were there for it; `.` is the workspace itself. */
  readable: z.array(z.string()),
  writable: z.array(z.string()),
  /** Names of the variables that it was given. */
  environment: z.array(z.string()),
  limits: z.strictObject({
    wall_clock_ms: count,
    memory_bytes: count,
    output_bytes: count,
    processes: count,
  }),
  /** What bounds the processes beside our looking at them: a control group, or the user's limit. */
  processes_held_by: z.enum(['control_group', 'user_limit', 'looking']),
});
/** A file that a tool says it wrote: what it is, or why it does not count as one. */
export const artifact = z.union([
  z.strictObject({ path: z.string(), sha256: z.string(), bytes: count }),
  z.strictObject({ path: z.string(), problem: z.string() }),
]);
export type Artifact = z.infer<typeof artifact>;

/** The bounds of one call, as they were and not as they were asked for. */
export type SandboxFacts = z.infer<typeof sandboxFacts>;
