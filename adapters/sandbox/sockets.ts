/** Places for sockets: short paths, in a folder of ours that goes when we do. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAnswered } from './marks.ts';

const PREFIX = 'troupe-';
const FOLDER = /^troupe-(\d+\.\d+)-\w+$/;

export interface SocketFolder {
  /** A path at which nothing is. */
  readonly next: () => Promise<string>;
  readonly remove: () => Promise<void>;
}

/** Makes the folder when it is first needed; those of processes that are gone are removed now. */
export async function openSocketFolder(mark: string): Promise<SocketFolder> {
  await removeAbandoned();
  let folder: Promise<string> | undefined;
  let count = 0;
  return {
    next: async () => {
      folder ??= mkdtemp(join(tmpdir(), `${PREFIX}${mark}-`));
      count += 1;
      return join(await folder, String(count));
    },
    remove: async () => {
      if (folder) await rm(await folder, { recursive: true, force: true });
    },
  };
}

async function removeAbandoned(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const mark = FOLDER.exec(name)?.[1];
    if (mark === undefined || (await isAnswered(mark))) continue;
    // It may be that of another user, and then theirs to remove.
    await rm(join(tmpdir(), name), { recursive: true, force: true }).catch(() => {});
  }
}
