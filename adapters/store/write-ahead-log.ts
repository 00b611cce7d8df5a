/**
 * Reads LevelDB's own log before LevelDB does: where a record in the middle of it is damaged,
 * LevelDB leaves out what it cannot read and says nothing, and what was acknowledged would be gone.
 * A record that was cut off at the end was never acknowledged, and is none of that.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import crc32c from 'crc-32/crc32c.js';
import { RuntimeError } from '../../kernel/index.ts';
import { databaseFolder } from './folder.ts';

/** https://github.com/google/leveldb/blob/main/doc/log_format.md */
const BLOCK_BYTES = 32_768;
const HEADER_BYTES = 7;
const CHECKSUM_MASK = 0xa282ead8;

/** @throws RuntimeError STORE_CORRUPT naming the file and the byte from which on it is damaged */
export async function assertLogWhole(folder: string): Promise<void> {
  const database = databaseFolder(folder);
  const names = (await readdir(database)).filter((name) => name.endsWith('.log'));
  for (const name of names) {
    const damaged_at = damageIn(await readFile(join(database, name)));
    if (damaged_at === undefined) continue;
    const file = join(database, name);
    const message =
      `${file} is damaged from byte ${damaged_at} on, and records behind that are whole: ` +
      'restore the folder from a copy, or cut the file there to go on without them';
    throw new RuntimeError('STORE_CORRUPT', message, { details: { location: folder, file } });
  }
}

/** Where a record is damaged that is not the last thing in the log; undefined where none is. */
function damageIn(log: Buffer): number | undefined {
  let at = 0;
  for (;;) {
    const left = BLOCK_BYTES - (at % BLOCK_BYTES);
    const length = left < HEADER_BYTES ? left : lengthOfWhole(log, at);
    if (length === undefined) return isWholeBehind(log, at) ? at : undefined;
    at += length;
  }
}

/** Lengths may be damaged too: what is whole behind a damaged record may begin at any byte. */
function isWholeBehind(log: Buffer, damaged_at: number): boolean {
  for (let at = damaged_at + 1; at + HEADER_BYTES <= log.length; at += 1) {
    if (lengthOfWhole(log, at) !== undefined) return true;
  }
  return false;
}

/** The bytes of the record that begins there; undefined where it is not whole. */
function lengthOfWhole(log: Buffer, at: number): number | undefined {
  if (at + HEADER_BYTES > log.length) return undefined;
  const length = HEADER_BYTES + log.readUInt16LE(at + 4);
  const left = BLOCK_BYTES - (at % BLOCK_BYTES);
  if (length > left || at + length > log.length) return undefined;
  const checksum = crc32c.buf(log.subarray(at + 6, at + length)) >>> 0;
  const rotated = ((checksum >>> 15) | (checksum << 17)) >>> 0;
  return (rotated + CHECKSUM_MASK) >>> 0 === log.readUInt32LE(at) ? length : undefined;
}
