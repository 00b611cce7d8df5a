/**
 * `holder.json`: who has the store open, for the message to the second one who wants it. It only
 * informs; the lock itself is LevelDB's, and the file may be missing, torn or of a dead process.
 */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { RuntimeError } from '../../kernel/index.ts';
import { parseJson } from './codec.ts';
import { codesOf, writeFailure } from './failures.ts';
import { holderFile } from './folder.ts';

/** A claim of a file, made fit for one line of a terminal. */
const line = z.string().transform((text) => text.replace(/\p{C}/gu, ' ').slice(0, 200));

/** A process that has a store open. */
const holder = z.object({
  pid: z.int().positive(),
  /** When the process started, as an ISO timestamp. */
  started_at: line,
  /** The program and its leading words, without options: those may carry secrets. */
  command: line,
});
type Holder = z.output<typeof holder>;

/** Says that this process has the store; only whoever has the lock may call it. */
export async function writeHolder(folder: string): Promise<void> {
  await removeHolder(folder);
  try {
    // `wx`: never through a link that somebody put there.
    const options = { mode: 0o600, flag: 'wx' };
    await writeFile(holderFile(folder), JSON.stringify(thisProcess()), options);
  } catch (cause) {
    throw writeFailure(folder, cause);
  }
}

/** Takes the word back; to be called while the lock is still held. */
export async function removeHolder(folder: string): Promise<void> {
  try {
    await rm(holderFile(folder), { force: true });
  } catch (cause) {
    throw writeFailure(folder, cause);
  }
}

/** The living holder of a store, as far as its file tells. */
async function readHolder(folder: string): Promise<Holder | undefined> {
  // Unreadable is as good as missing: the lock is real, only its owner stays unnamed.
  const text = await readFile(holderFile(folder), 'utf8').catch(() => '');
  const found = parseJson(holder, text);
  return found && isAlive(found.pid) ? found : undefined;
}

/** The refusal to open a store twice, which names the holder. */
export async function lockedFailure(folder: string, cause: unknown): Promise<RuntimeError> {
  const found = await readHolder(folder);
  const who = found
    ? `process ${found.pid} (${found.command}, since ${found.started_at}) holds it`
    : 'another process holds it';
  return new RuntimeError('STORE_LOCKED', `Store ${folder} cannot be opened: ${who}`, {
    details: { location: folder, ...found },
    cause,
  });
}

function thisProcess(): Holder {
  const words = process.argv.slice(1);
  const firstOption = words.findIndex((word) => word.startsWith('-'));
  const command = firstOption < 0 ? words : words.slice(0, firstOption);
  return {
    pid: process.pid,
    started_at: new Date(performance.timeOrigin).toISOString(),
    command: command.join(' '),
  };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return codesOf(cause).includes('EPERM');
  }
}
