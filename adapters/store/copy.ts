/** Copies of stores, for whoever looks at one that must stay as it is: opening a store writes. */
import { constants, cp } from 'node:fs/promises';
import { databaseFolder, foreignFailure, holdsDatabase } from './folder.ts';
import { readFailure } from './failures.ts';

/**
 * Copies a store that nobody has open to a folder that is empty. The original is only read.
 * @throws RuntimeError STORE_FOREIGN, STORE_CORRUPT, STORE_READ_FAILED
 */
export async function copyStore(folder: string, target: string): Promise<void> {
  if (!(await holdsDatabase(folder))) throw foreignFailure(folder, 'it holds no database');
  try {
    const mode = constants.COPYFILE_FICLONE;
    await cp(databaseFolder(folder), databaseFolder(target), { recursive: true, mode });
  } catch (cause) {
    throw readFailure(folder, cause);
  }
}
