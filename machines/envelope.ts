/** The versioned wrapper of a machine's snapshot: small, and as small at turn 1,000. */
import { z } from 'zod';
import { RuntimeError } from '../kernel/index.ts';

const snapshot = z.looseObject({
  status: z.enum(['active', 'done', 'error', 'stopped']),
  /** A state, or a state and the one inside it: no chart of ours nests deeper. */
  value: z.union([z.string(), z.record(z.string(), z.string())]),
  context: z.record(z.string(), z.unknown()),
});

export const envelope = z.strictObject({
  schema_version: z.literal(1),
  machine_id: z.string().min(1),
  machine_version: z.string().min(1),
  saved_at: z.iso.datetime(),
  created_at: z.iso.datetime(),
  /** Who moves the session on: this runtime by itself, or a host that calls resume. */
  driver: z.enum(['runtime', 'host']),
  snapshot,
});
export type Envelope = z.infer<typeof envelope>;

/** A pure step from the snapshot of one version to that of the next. */
export type Upcast = (saved: Envelope) => Envelope;

/**
 * Carries an envelope over to the version that runs now, step by step.
 * @throws RuntimeError MACHINE_VERSION_UNKNOWN where no chain of steps leads there.
 */
export function upcast(
  saved: Envelope,
  current: { readonly machine_id: string; readonly machine_version: string },
  steps: Readonly<Record<string, Upcast>>,
): Envelope {
  let carried = saved;
  const seen = new Set<string>();
  while (carried.machine_version !== current.machine_version) {
    const step = Object.hasOwn(steps, carried.machine_version)
      ? steps[carried.machine_version]
      : undefined;
    if (!step || seen.has(carried.machine_version)) break;
    seen.add(carried.machine_version);
    carried = step(carried);
  }
  if (
    carried.machine_id !== current.machine_id ||
    carried.machine_version !== current.machine_version
  ) {
    throw new RuntimeError(
      'MACHINE_VERSION_UNKNOWN',
      `Saved by ${saved.machine_id} version ${saved.machine_version}, expected ` +
        `${current.machine_id} version ${current.machine_version} or one that leads there`,
    );
  }
  return carried;
}
