/** What the disk says of a path, for the kernel's checks of arguments. */
import { lstat, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { PathFacts, PathInspector } from '../../kernel/index.ts';

/** The file system of this machine. */
export const systemPaths: PathInspector = { inspect };

async function inspect(path: string): Promise<PathFacts> {
  try {
    const real_path = await realpath(path);
    const found = await stat(real_path);
    const kind = found.isFile() ? 'file' : found.isDirectory() ? 'folder' : 'other';
    return { real_path, kind, links: found.nlink };
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'ENOENT') return { ...NOTHING, real_path: path };
    return inspectMissing(path);
  }
}

const NOTHING = { kind: 'other', links: 0 } as const;

/** What is not there would be made in the nearest folder that is. */
async function inspectMissing(path: string): Promise<PathFacts> {
  const isLink = await lstat(path).then(
    () => true,
    () => false,
  );
  if (isLink) return { real_path: path, kind: 'broken_link', links: 0 };
  const folder = dirname(path);
  if (folder === path) return { real_path: path, kind: 'missing', links: 0 };
  const parent = await inspect(folder);
  const isPlain = parent.kind === 'folder' || parent.kind === 'missing';
  return {
    real_path: join(parent.real_path, basename(path)),
    kind: isPlain ? 'missing' : parent.kind === 'file' ? 'other' : parent.kind,
    links: 0,
  };
}
