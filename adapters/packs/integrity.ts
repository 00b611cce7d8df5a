/** The integrity of a pack: one hash over every file of its folder, their names and their bytes. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { contentHash, messageOf, RuntimeError } from '../../kernel/index.ts';

const FILES_MAX = 20_000;

/**
 * Digests a folder to `sha256:<64 hex digits>`. Two folders with the same files have the same one,
 * wherever they are.
 * @throws RuntimeError PACK_INVALID where it cannot be read, holds links or devices, or too much.
 */
export async function packIntegrity(folder: string): Promise<string> {
  const paths = await filesOf(folder);
  const files: { path: string; sha256: string }[] = [];
  for (const path of paths) files.push({ path, sha256: await hashOf(join(folder, path)) });
  return `sha256:${contentHash(files)}`;
}

async function filesOf(folder: string): Promise<readonly string[]> {
  const itself = await lstat(folder).catch(() => undefined);
  if (itself?.isSymbolicLink()) {
    // Where it leads may change, or be writable, without the pack's own place showing it.
    throw new RuntimeError('PACK_INVALID', `${folder}: expected a folder, found a link`);
  }
  const found = await readdir(folder, { recursive: true, withFileTypes: true }).catch(
    (cause: unknown) => {
      throw new RuntimeError('PACK_INVALID', `${folder}: ${messageOf(cause)}`, { cause });
    },
  );
  const entries = found.map((entry) => ({
    entry,
    path: relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'),
  }));
  const odd = entries.find(({ entry }) => !entry.isFile() && !entry.isDirectory());
  if (odd) {
    const message = `${join(folder, odd.path)}: expected files and folders, found a link or device`;
    throw new RuntimeError('PACK_INVALID', message);
  }
  const files = entries.flatMap(({ entry, path }) => (entry.isFile() ? path : []));
  if (files.length > FILES_MAX) {
    const message = `${folder}: expected at most ${FILES_MAX} files, found ${files.length}`;
    throw new RuntimeError('PACK_INVALID', message);
  }
  return files.toSorted();
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
