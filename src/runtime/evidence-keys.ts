/** Which keys the evidence of a store is signed with, and which ones count when it is verified. */
import { join } from 'node:path';
import type { Signer, Verifier } from '../../kernel/index.ts';
import { readEvidenceKeys, type EvidenceKeys } from '../../adapters/index.ts';

/** Where a workspace keeps its keys: in the folder that no tool gets into. */
export const keyFolderOf = (workspace: string): string => join(workspace, '.troupe', 'keys');

/** What a host brings instead of the keys of its workspace. */
export interface EvidenceOptions {
  /** Signs the head of each session; `signerOf` of `troupe/adapters` makes one from a PEM text. */
  readonly signer?: Signer;
  /** Further keys whose signatures count, such as the ones that signed before this one. */
  readonly trusted?: readonly Verifier[];
}

/**
 * The keys of the host, else those of the workspace; undefined where evidence is not signed.
 * @throws RuntimeError EVIDENCE_KEY_INVALID
 */
export async function resolveEvidenceKeys(
  given: EvidenceOptions | undefined,
  workspace: string | undefined,
): Promise<EvidenceKeys | undefined> {
  if (!given) return workspace === undefined ? undefined : readEvidenceKeys(keyFolderOf(workspace));
  const { signer, trusted = [] } = given;
  return { signer, trusted: signer ? [signer, ...trusted] : trusted };
}
