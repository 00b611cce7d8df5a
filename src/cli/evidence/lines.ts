/**
 * The lines of an export, for those who write them and those who read them: what seals the chain
 * first, then each entry with the contents that it is the first to name.
 */
import { z } from 'zod';

const hash = z.string().regex(/^[0-9a-f]{64}$/);
/** Whatever it holds is for the verification to judge. */
const record = z.record(z.string(), z.unknown());

export const exportLine = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('head'),
    session_id: z.string().min(1),
    seq: z.int().min(-1),
    hash,
  }),
  z.strictObject({ type: z.literal('signature'), signature: record }),
  z.strictObject({ type: z.literal('tombstone'), tombstone: record }),
  z.strictObject({ type: z.literal('entry'), entry: record }),
  z.strictObject({ type: z.literal('content'), hash, text: z.string() }),
]);
export type ExportLine = z.infer<typeof exportLine>;

/** Writes a line. */
export const lineOf = (value: ExportLine): string => `${JSON.stringify(value)}\n`;
