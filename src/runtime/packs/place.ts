/** Where the files of pinned packs are: beside the workspace, or in Troupe's own folder. */
import { join } from 'node:path';
import type { PackPin } from '../../../config/index.ts';

/** Packs that come with Troupe itself; a pin of theirs says so and fetches nothing. */
export const BUILT_IN_PACKS: ReadonlySet<string> = new Set(['agent-runtime']);

/** The folder of a pack, given that of its workspace. */
export function packFolder(workspace: string, { id, version, source }: PackPin): string {
  const name = id.replaceAll(/[^A-Za-z0-9._-]/g, '_');
  switch (source) {
    case 'local':
      return join(workspace, 'packs', name);
    case 'git':
    case 'registry':
      return join(workspace, '.troupe', 'packs', `${name}@${version}`);
  }
}
