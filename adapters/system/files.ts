/** Single files, read and replaced whole; and whether two paths lead to the same place. */
import { access, mkdir, open, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Reads a text file; undefined where there is none. Rejects as node does for anything else. */
export async function readFileIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Writes beside the file, to disk, and puts it in place: the old text or the new one, no other.
 * Who may read it stays; a file that was not there is its owner's alone.
 */
export async function replaceFile(path: string, text: string): Promise<void> {
  const draft = `${path}.${process.pid}.tmp`;
  await mkdir(dirname(path), { recursive: true });
  const replaced = await stat(path).catch(() => undefined);
  try {
    const file = await open(draft, 'w', replaced?.mode ?? 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

/** Answers whether something is at the path. */
export async function isThere(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}

/** Answers whether two paths lead to the same place; what is not there is its own place. */
export async function isSamePlace(left: string, right: string): Promise<boolean> {
  const [a, b] = await Promise.all([left, right].map((path) => realpath(path).catch(() => path)));
  return a === b;
}
