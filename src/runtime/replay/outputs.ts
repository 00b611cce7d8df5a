/** The outputs that closing entries name by their hash, read back by schema. */
import {
  RuntimeError,
  toolOutput,
  turnOutput,
  type EvidenceEntry,
  type ToolOutput,
} from '../../../kernel/index.ts';

type Closing = Extract<EvidenceEntry, { readonly output_hash?: string | undefined }>;

/** Gives a content by its hash. @throws RuntimeError STORE_CORRUPT where it is not there. */
export type ReadContent = (hash: string) => unknown;

/** @throws RuntimeError STORE_CORRUPT where it is not there, or no output. */
export function outputOf({ output_hash, effect_id }: Closing, read: ReadContent): ToolOutput {
  const kept = output_hash === undefined ? undefined : read(output_hash);
  const { data: output } = toolOutput.safeParse(kept);
  if (output) return output;
  throw new RuntimeError('STORE_CORRUPT', `What ${effect_id} answered is no output`);
}

/** The same of a turn. */
export function turnOutputOf(closing: Closing, read: ReadContent): ToolOutput {
  const output = outputOf(closing, read);
  if (!output.success || turnOutput.safeParse(output.data).success) return output;
  throw new RuntimeError('STORE_CORRUPT', `What ${closing.effect_id} answered is no turn`);
}
