/** Folders that are made somewhere and put in place as a whole: all of it, or none. */
import { cp, mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { messageOf, RuntimeError } from '../../kernel/index.ts';

/** Lends an empty folder below a parent; it is gone afterwards, with what was left in it. */
export async function inScratchFolder<Result>(
  parent: string,
  work: (folder: string) => Promise<Result>,
): Promise<Result> {
  await mkdir(parent, { recursive: true });
  const folder = await mkdtemp(join(parent, '.fetching-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Moves a folder to its place, instead of what is there.
 * @throws RuntimeError PACK_FETCH_FAILED where it is no folder.
 */
export async function moveIntoPlace(made: string, target: string): Promise<void> {
  if (!(await stat(made)).isDirectory()) {
    throw new RuntimeError('PACK_FETCH_FAILED', `${made}: expected a folder`);
  }
  await mkdir(dirname(target), { recursive: true });
  await rm(target, { recursive: true, force: true });
  await rename(made, target);
}

/**
 * Copies the folder of a pack, without what version control keeps in it. Links are copied as they
 * are, and are refused with the pack.
 * @throws RuntimeError PACK_FETCH_FAILED
 */
export async function copyPack(source: string, target: string): Promise<void> {
  const filter = (path: string): boolean => basename(path) !== '.git';
  try {
    await cp(source, target, { recursive: true, verbatimSymlinks: true, filter });
  } catch (cause) {
    throw new RuntimeError('PACK_FETCH_FAILED', `${source}: ${messageOf(cause)}`, { cause });
  }
}
