/** The evidence key of a workspace: made, and shown; the private half never leaves its file. */
import { makeEvidenceKey, readEvidenceKeys, type EvidenceKeys } from '../../../adapters/index.ts';
import { RuntimeError, type Signer } from '../../../kernel/index.ts';
import { keyFolderOf } from '../../runtime/evidence-keys.ts';
import { readWorkspace } from '../../runtime/open-workspace.ts';
import type { CommandContext, Report } from '../context.ts';
import { keyText } from '../render/evidence.ts';

/**
 * Where the keys of this workspace are.
 * @throws RuntimeError CONFIG_NOT_FOUND, CONFIG_INVALID, PACK_*
 */
export async function keyFolder({ workspace, io }: CommandContext): Promise<string> {
  const { folder } = await readWorkspace(workspace, await io.environment());
  return keyFolderOf(folder);
}

/** @throws RuntimeError EVIDENCE_KEY_INVALID, and as `keyFolder` does */
export async function createKey(context: CommandContext): Promise<Report> {
  const { key, isNew } = await makeEvidenceKey(await keyFolder(context));
  const { key_id, public_key } = key;
  const title = isNew ? 'Made' : 'There is already';
  return {
    value: { key_id, public_key, is_new: isNew },
    text: keyText(title, key, context.style),
  };
}

/** @throws RuntimeError USAGE where there is none, and as `createKey` does */
export async function showKey(context: CommandContext): Promise<Report> {
  const { signer, trusted } = await requireKey(context);
  const { key_id, public_key } = signer;
  const trusted_key_ids = trusted.map((key) => key.key_id);
  return {
    value: { key_id, public_key, trusted_key_ids },
    text: keyText('Signs with', signer, context.style),
  };
}

/** The keys of a workspace that signs. @throws RuntimeError USAGE where there is none */
export async function requireKey(
  context: CommandContext,
): Promise<EvidenceKeys & { readonly signer: Signer }> {
  const folder = await keyFolder(context);
  const { signer, trusted = [] } = (await readEvidenceKeys(folder)) ?? {};
  if (signer) return { signer, trusted };
  const message = `There is no evidence key in ${folder}: troupe evidence key create makes one`;
  throw new RuntimeError('USAGE', message);
}
