/**
 * Opens what is in a workspace without following a link, at any level of its path: what a tool
 * left there, or swapped a moment ago, leads nowhere else. Linux only, as the sandbox is.
 */
import { constants } from 'node:fs';
import { mkdir, open, type FileHandle } from 'node:fs/promises';

/** What is at a path; two with the same numbers are the same thing. */
export interface Place {
  readonly kind: 'file' | 'folder' | 'other';
  readonly device: bigint;
  readonly inode: bigint;
  /** Names that it has on its disk. */
  readonly links: bigint;
}

/** Something on the way is a link, or no folder: what is behind it is not looked at. */
export class LinkInTheWay extends Error {}

const { O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;
const FOLDER = O_RDONLY | O_DIRECTORY | O_NOFOLLOW;
/** A pipe that a tool left must not make us wait for its other end. */
const ANYTHING = O_RDONLY | O_NOFOLLOW | O_NONBLOCK;

/** Looks at a path below a folder; undefined where nothing is. @throws LinkInTheWay */
export function lookAt(root: string, path: string): Promise<Place | undefined> {
  return withPlace(root, path, placeOf);
}

/** Opens what is at a path and has it read; undefined where nothing is. @throws LinkInTheWay */
export async function withPlace<Value>(
  root: string,
  path: string,
  read: (handle: FileHandle) => Promise<Value>,
): Promise<Value | undefined> {
  const segments = path.split('/').filter((segment) => segment !== '' && segment !== '.');
  const last = segments.pop();
  return withFolder(root, segments, async (folder) => {
    if (last === undefined) return read(folder);
    return closing(await openBelow(folder, last, ANYTHING), read);
  });
}

/** Makes a folder and all above it that are missing, below a folder. @throws LinkInTheWay */
export async function makeFolder(root: string, path: string): Promise<void> {
  const segments = path.split('/').filter((segment) => segment !== '' && segment !== '.');
  for (let depth = 0; depth < segments.length; depth += 1) {
    await withFolder(root, segments.slice(0, depth), async (folder) => {
      await mkdir(pathBelow(folder, segments[depth] ?? '')).catch(unlessThere);
    });
  }
}

/** What an open file or folder is. */
export async function placeOf(handle: FileHandle): Promise<Place> {
  const found = await handle.stat({ bigint: true });
  const kind = found.isFile() ? 'file' : found.isDirectory() ? 'folder' : 'other';
  return { kind, device: found.dev, inode: found.ino, links: found.nlink };
}

async function withFolder<Value>(
  root: string,
  segments: readonly string[],
  use: (folder: FileHandle) => Promise<Value>,
): Promise<Value | undefined> {
  let folder: FileHandle | undefined = await open(root, O_RDONLY | O_DIRECTORY);
  for (const segment of segments) {
    const above: FileHandle = folder;
    folder = await openBelow(above, segment, FOLDER).finally(() => above.close());
    if (!folder) return undefined;
  }
  return closing(folder, use);
}

async function closing<Value>(
  handle: FileHandle | undefined,
  use: (handle: FileHandle) => Promise<Value>,
): Promise<Value | undefined> {
  if (!handle) return undefined;
  try {
    return await use(handle);
  } finally {
    await handle.close();
  }
}

/** The kernel resolves the number to the open folder itself, wherever that was moved meanwhile. */
function pathBelow(folder: FileHandle, name: string): string {
  return `/proc/self/fd/${folder.fd}/${name}`;
}

async function openBelow(
  folder: FileHandle,
  name: string,
  flags: number,
): Promise<FileHandle | undefined> {
  try {
    return await open(pathBelow(folder, name), flags);
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (code === 'ENOENT') return undefined;
    if (code === 'ELOOP' || code === 'ENOTDIR') {
      throw new LinkInTheWay(`${name} is a link, or no folder`, { cause: error });
    }
    throw error;
  }
}

function unlessThere(error: unknown): void {
  if ((error as { code?: unknown }).code !== 'EEXIST') throw error;
}
