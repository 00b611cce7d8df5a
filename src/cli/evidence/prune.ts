/** Prunes a session of a store that nobody else has open, and signs for it where it is signed. */
import { readEvidenceKeys, type EvidenceKeys } from '../../../adapters/index.ts';
import { invariant, RuntimeError } from '../../../kernel/index.ts';
import { pruneSession, type PruneOrder } from '../../runtime/prune.ts';
import { internalsOf } from '../../runtime/runtime.ts';
import type { CommandContext } from '../context.ts';
import { printableLine } from '../printable.ts';
import { keyFolder } from './key.ts';

/** What to prune, as it was typed. */
export interface PruneWords {
  readonly session_id: string;
  readonly before: string | undefined;
  readonly contents: boolean;
  readonly reason: string;
  readonly by: string | undefined;
  /** Whether it is the store of the workspace. */
  readonly isOwnStore: boolean;
}

/** @throws RuntimeError as `pruneSession` does, USAGE for a place that is none */
export async function pruneEvidence(context: CommandContext, words: PruneWords): Promise<void> {
  const order = orderOf(words, context.io.userName);
  const keys = await evidenceKeys(context, words);
  await context.withRecords(async (runtime) => {
    const parts = internalsOf(runtime);
    invariant(parts, 'the runtime of a command is one of ours');
    const { store, clock } = parts.held.host;
    const value = await pruneSession({ store, clock, keys }, order);
    const { session_id, entries, contents } = value;
    const text = `Pruned ${printableLine(session_id)}: ${entries} entries, ${contents} contents`;
    context.report({ value, text });
  });
}

function orderOf(words: PruneWords, userName: () => string): PruneOrder {
  const { session_id, before, contents, reason, by = userName() } = words;
  if (reason.trim() === '') throw new RuntimeError('USAGE', 'evidence prune: give a reason');
  const place = before === undefined ? undefined : placeOf(before);
  return { session_id, contents, reason, by, before: place };
}

/** A number of an entry, or an instant. */
function placeOf(text: string): number | string {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  if (/^\d{4}-\d{2}-\d{2}/.test(text) && !Number.isNaN(Date.parse(text))) return text;
  const message = `evidence prune: --before is an entry's number or a date, not ${text}`;
  throw new RuntimeError('USAGE', message);
}

/** A store from elsewhere is signed with a key that is elsewhere too. */
async function evidenceKeys(
  context: CommandContext,
  { isOwnStore }: PruneWords,
): Promise<EvidenceKeys | undefined> {
  return isOwnStore ? readEvidenceKeys(await keyFolder(context)) : undefined;
}
