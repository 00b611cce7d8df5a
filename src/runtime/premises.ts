/** Where the workspace is, and which of its places are no tool's business. */
import { isAbsolute, join, relative, resolve } from 'node:path';
import type { Premises } from '../../kernel/index.ts';
import type { ResolvedOptions } from './options.ts';

/** What Troupe itself keeps in a workspace, wherever its store is. */
const OWN_FOLDER = '.troupe';

/**
 * The premises of a runtime: its store and keys are hidden from tools; its configuration and the
 * code of its tools may be read by them, and never written.
 */
export function premisesOf({
  config,
  folder = resolve(),
  file,
  store,
}: Pick<ResolvedOptions, 'config' | 'folder' | 'file' | 'store'>): Premises {
  const root = resolve(folder);
  const inside = (place: string) => {
    const path = relative(root, resolve(root, place));
    const isInside = path !== '' && !path.startsWith('..') && !isAbsolute(path);
    return isInside ? [path.replaceAll('\\', '/')] : [];
  };
  // A store that is no folder has a location that is no path.
  const location = typeof store === 'string' ? resolve(store) : store.location;
  const ownFolders = isAbsolute(location) ? [OWN_FOLDER, location] : [OWN_FOLDER];
  return {
    root,
    hidden: ownFolders.flatMap(inside),
    fixed: [file ?? join(root, 'workspace.yaml'), 'packs', ...config.troupe.tools].flatMap(inside),
  };
}
