/** Bytes that a session leaves on disk by its number of turns, and the exponent of their growth. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Level } from 'level';
import { inFolder, openDesk, runSession } from './desk.ts';
import type { Benchmark } from './measure.ts';

const TURNS = [10, 100, 1_000];

interface Size {
  readonly turns: number;
  /** Files of the database after compaction. */
  readonly disk_bytes: number;
  /** Keys and values, as they were given to the store. */
  readonly logical_bytes: number;
}

/** Sizes do not vary, so one run says it all. */
export const sessionSize: Benchmark = {
  name: 'session-size',
  async *measure() {
    const sizes: Size[] = [];
    for (const turns of TURNS) {
      const size = await sizeOf(turns);
      sizes.push(size);
      const { disk_bytes, logical_bytes } = size;
      const of = { turns, bytes_per_turn: Math.round(logical_bytes / turns) };
      yield { bench: 'session_bytes', unit: 'bytes', values: [logical_bytes], of };
      yield { bench: 'session_disk_bytes', unit: 'bytes', values: [disk_bytes], of: { turns } };
    }
    const of = { turns: TURNS.join(' ') };
    const logical = exponent(sizes.map(({ turns, logical_bytes }) => [turns, logical_bytes]));
    yield { bench: 'session_bytes_exponent', unit: 'exponent', values: [logical], of };
    const disk = exponent(sizes.map(({ turns, disk_bytes }) => [turns, disk_bytes]));
    yield { bench: 'session_disk_bytes_exponent', unit: 'exponent', values: [disk], of };
  },
};

function sizeOf(turns: number): Promise<Size> {
  return inFolder(async (store) => {
    const runtime = await openDesk({ turns, calls_per_turn: 1 }, { store });
    await runSession(runtime, 'session-1');
    await runtime.close();
    const folder = join(store, 'db');
    const logical_bytes = await compact(folder);
    return { turns, logical_bytes, disk_bytes: await tableBytes(folder) };
  });
}

interface Compactable {
  readonly compactRange: (start: string, end: string) => Promise<void>;
}

/** Has LevelDB write everything into tables; answers what its records hold. */
async function compact(folder: string): Promise<number> {
  const database = new Level(folder, { createIfMissing: false });
  await database.open();
  // The types of `level` name only what every runtime has; on Node it is classic-level.
  await (database as unknown as Compactable).compactRange('!', '~');
  let bytes = 0;
  for await (const [key, value] of database.iterator()) {
    bytes += Buffer.byteLength(key) + Buffer.byteLength(value);
  }
  await database.close();
  return bytes;
}

/** The tables only: LevelDB's own files have a size of their own, which hides small growth. */
async function tableBytes(folder: string): Promise<number> {
  const tables = (await readdir(folder)).filter((name) => name.endsWith('.ldb'));
  const sizes = await Promise.all(tables.map((name) => stat(join(folder, name))));
  return sizes.reduce((sum, { size }) => sum + size, 0);
}

/** Fits `bytes = a * turns ** exponent` by least squares over the logarithms. */
function exponent(points: readonly (readonly [turns: number, bytes: number])[]): number {
  const logs = points.map(([turns, bytes]) => [Math.log(turns), Math.log(bytes)] as const);
  const mean_x = logs.reduce((sum, [x]) => sum + x, 0) / logs.length;
  const mean_y = logs.reduce((sum, [, y]) => sum + y, 0) / logs.length;
  const covariance = logs.reduce((sum, [x, y]) => sum + (x - mean_x) * (y - mean_y), 0);
  const variance = logs.reduce((sum, [x]) => sum + (x - mean_x) ** 2, 0);
  return covariance / variance;
}
