/**
 * The layout of a store folder (`db/` with the LevelDB files, `holder.json` beside it) and the
 * decision whether a folder may become or is a store. Nothing is written before that is known.
 */
import { access, mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { RuntimeError } from '../../kernel/index.ts';
import { codesOf, readFailure, writeFailure } from './failures.ts';

const DATABASE = 'db';
const HOLDER = 'holder.json';
/** Evidence and transcripts are nobody else's business. */
const OWNER_ONLY = 0o700;

/** What LevelDB may leave behind when it is killed before its `CURRENT` file is there. */
const INTERRUPTED_CREATION = /^(?:LOCK|LOG|LOG\.old|MANIFEST-\d+|\d+\.dbtmp)$/;
const LEVEL_DATA = /^\d+\.(?:log|ldb|sst)$/;

export const databaseFolder = (folder: string): string => join(folder, DATABASE);
export const holderFile = (folder: string): string => join(folder, HOLDER);

/** Answers whether a store has to be made there, and makes the folders if so. */
export async function prepareFolder(folder: string): Promise<{ readonly isNew: boolean }> {
  const isNew = !(await holdsDatabase(folder));
  if (!isNew) return { isNew };
  try {
    await mkdir(databaseFolder(folder), { recursive: true, mode: OWNER_ONLY });
  } catch (cause) {
    throw writeFailure(folder, cause);
  }
  return { isNew };
}

/** Makes the folder itself, for those who need its real path before they open it. */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: OWNER_ONLY });
  } catch (cause) {
    const isFile = codesOf(cause).some((code) => code === 'EEXIST' || code === 'ENOTDIR');
    throw isFile ? foreignFailure(folder, 'it is not a folder') : writeFailure(folder, cause);
  }
}

/** Refuses a folder that neither holds a database nor is free to get one; answers which it is. */
export async function holdsDatabase(folder: string): Promise<boolean> {
  const names = await listFolder(folder, folder);
  const files = await listFolder(folder, databaseFolder(folder));
  // Looked for behind the listing: another process may be making the store right now.
  if (files.length > 0 && (await exists(join(databaseFolder(folder), 'CURRENT')))) return true;
  if (files.some((name) => LEVEL_DATA.test(name))) {
    throw new RuntimeError('STORE_CORRUPT', `Store ${folder} has lost its file db/CURRENT`, {
      details: { location: folder },
    });
  }
  const strange = [
    ...names.filter((name) => name !== DATABASE && name !== HOLDER),
    ...files.filter((name) => !INTERRUPTED_CREATION.test(name)),
  ];
  if (strange.length === 0) return false;
  throw foreignFailure(folder, `it holds ${strange.slice(0, 3).join(', ')}`);
}

/** The names in a folder; none where there is no folder. */
async function listFolder(store: string, folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (cause) {
    const codes = codesOf(cause);
    if (codes.includes('ENOENT')) return [];
    if (codes.includes('ENOTDIR')) throw foreignFailure(store, `${folder} is not a folder`);
    throw readFailure(store, cause);
  }
}

/**
 * Which file on the disk is the lock of a database: it is never replaced while that is open. A
 * folder that was removed or replaced meanwhile has another one, or none.
 */
export async function lockIdentity(folder: string): Promise<bigint | undefined> {
  return stat(join(databaseFolder(folder), 'LOCK'), { bigint: true }).then(
    ({ ino }) => ino,
    () => undefined,
  );
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** The refusal of a folder that is somebody else's. */
export function foreignFailure(folder: string, why: string): RuntimeError {
  return new RuntimeError('STORE_FOREIGN', `Folder ${folder} is not a Troupe store: ${why}`, {
    details: { location: folder },
  });
}
