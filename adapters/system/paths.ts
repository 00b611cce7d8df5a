/** What the disk says of a path, for the kernel's checks of arguments. */
import { lstatSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { PathFacts, PathInspector } from '../../kernel/index.ts';

/**
 * The file system of this machine. It is asked without the thread pool: two answers from its
 * caches take microseconds, and a way through the pool and back takes a hundred.
 */
export const systemPaths: PathInspector = { inspect: async (path) => inspect(path) };

function inspect(path: string): PathFacts {
  try {
    const real_path = realpathSync.native(path);
    const found = statSync(real_path);
    const kind = found.isFile() ? 'file' : found.isDirectory() ? 'folder' : 'other';
    return { real_path, kind, links: found.nlink };
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'ENOENT') return { ...NOTHING, real_path: path };
    return inspectMissing(path);
  }
}

const NOTHING = { kind: 'other', links: 0 } as const;

/** What is not there would be made in the nearest folder that is. */
function inspectMissing(path: string): PathFacts {
  if (isThere(path)) return { real_path: path, kind: 'broken_link', links: 0 };
  const folder = dirname(path);
  if (folder === path) return { real_path: path, kind: 'missing', links: 0 };
  const parent = inspect(folder);
  const isPlain = parent.kind === 'folder' || parent.kind === 'missing';
  return {
    real_path: join(parent.real_path, basename(path)),
    kind: isPlain ? 'missing' : parent.kind === 'file' ? 'other' : parent.kind,
    links: 0,
  };
}

/** Whether there is something, were it a link that leads nowhere. */
function isThere(path: string): boolean {
  try {
    lstatSync(path);
    return true;
  } catch {
    return false;
  }
}
