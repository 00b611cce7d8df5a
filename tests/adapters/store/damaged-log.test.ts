/** A log of LevelDB with a damaged byte: told before anything of it is left out in silence. */
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openLevelStore } from 'troupe/adapters';

const RECORDS = 100;
let folder: string;
let file: string;
let whole: Buffer;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'troupe-damaged-log-'));
  const store = await openLevelStore(folder);
  for (let index = 0; index < RECORDS; index += 1) {
    const value = `${index}:${'x'.repeat(700)}`;
    await store.commit([{ kind: 'message', key: ['session', index], value }]);
  }
  await store.close();
  const name = (await readdir(join(folder, 'db'))).find((one) => one.endsWith('.log'));
  file = join(folder, 'db', name ?? 'none');
  whole = await readFile(file);
});
afterEach(() => rm(folder, { recursive: true }));

async function count(): Promise<number> {
  const store = await openLevelStore(folder);
  let found = 0;
  for await (const _ of store.scan('message', { prefix: ['session'] })) found += 1;
  await store.close();
  return found;
}

const flip = (at: number, bits = 1): Promise<void> => {
  const damaged = Buffer.from(whole);
  damaged[at] = (damaged[at] ?? 0) ^ bits;
  return writeFile(file, damaged);
};

describe('a damaged log', () => {
  test.each([0.02, 0.1, 0.25, 0.45, 0.5, 0.75, 0.95])(
    'is told at %f of its length',
    async (part) => {
      const at = Math.floor(whole.length * part);
      await flip(at);
      const error = await count().catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'STORE_CORRUPT', details: { location: folder, file } });
      const from = Number(/from byte (\d+) on/.exec((error as Error).message)?.[1]);
      expect(from).toBeLessThanOrEqual(at);
      // The way back that the message names: what came before is there again.
      await truncate(file, from);
      const left = await count();
      expect(left).toBeGreaterThan(RECORDS * part - 3);
      expect(left).toBeLessThan(RECORDS);
    },
  );

  test.each([
    ['a length', 4, 0xff],
    ['a checksum', 0, 0xff],
    ['a type', 6, 0x07],
  ])('is told where %s in the head of a record is damaged', async (_, offset, bits) => {
    const second = 7 + whole.readUInt16LE(4);
    await flip(second + offset, bits);
    await expect(count()).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
  });

  test('with its last record cut short opens with all that was acknowledged before', async () => {
    await truncate(file, whole.length - 10);
    expect(await count()).toBe(RECORDS - 1);
  });

  test('that is whole opens as it was', async () => {
    expect(await count()).toBe(RECORDS);
  });
});
