/** What the LevelDB store does when LevelDB fails under it. */
import { rename, rm, stat, readdir, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { Level } from 'level';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { read, record } from '../../../adapters/store/conformance/subject.ts';
import { openLevelStore } from '../../../adapters/store/level.ts';
import { refusal } from './support/refusal.ts';
import { scratchFolder } from './support/scratch-folder.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

const levelError = (code: string): Error => Object.assign(new Error('IO error: disk'), { code });

test('a commit reaches the disk before the next one starts', async () => {
  const store = await openLevelStore(await scratchFolder());
  const disk = Promise.withResolvers<undefined>();
  const batch = vi.spyOn(Level.prototype, 'batch').mockReturnValueOnce(disk.promise as never);
  const commits = ['a', 'b'].map((id) => store.commit([record('session', [id])]));
  await store.get('session', ['a']);
  expect(batch).toHaveBeenCalledTimes(1);
  disk.resolve(undefined);
  await Promise.all(commits);
  expect(batch).toHaveBeenCalledTimes(2);
  await store.close();
});

describe('a failed write', () => {
  test('is STORE_WRITE_FAILED with its cause', async () => {
    const store = await openLevelStore(await scratchFolder());
    const cause = levelError('LEVEL_IO_ERROR');
    vi.spyOn(Level.prototype, 'batch').mockRejectedValueOnce(cause);
    const commit = store.commit([record('session', ['a'])]);
    await expect(commit).rejects.toMatchObject(refusal('STORE_WRITE_FAILED', 'IO error: disk'));
    await expect(commit).rejects.toMatchObject({ cause });
    await store.close();
  });

  test.each([
    ['removed', (folder: string) => rm(folder, { recursive: true })],
    [
      'replaced by another one',
      async (folder: string) => {
        const other = await scratchFolder();
        await (await openLevelStore(other)).close();
        await rm(folder, { recursive: true });
        await rename(other, folder);
      },
    ],
  ])('is what comes of a folder that was %s', async (_, happen) => {
    const folder = await scratchFolder();
    const store = await openLevelStore(folder);
    await store.commit([record('session', ['a'])]);
    await happen(folder);
    const commit = store.commit([record('session', ['b'])]);
    await expect(commit).rejects.toMatchObject(refusal('STORE_WRITE_FAILED', 'was removed'));
    await store.close();
  });

  test('stops every later write, queued or new, until the store is opened again', async () => {
    const folder = await scratchFolder();
    const store = await openLevelStore(folder);
    await store.commit([record('session', ['a'], 'kept')]);
    vi.spyOn(Level.prototype, 'batch').mockRejectedValueOnce(levelError('LEVEL_IO_ERROR'));
    const commits = [1, 2].map((index) => store.commit([record('message', ['a', index])]));
    for (const commit of [...commits, store.commit([]), store.commit([record('head', ['a'])])]) {
      await expect(commit).rejects.toMatchObject(refusal('STORE_WRITE_FAILED'));
    }
    expect(await store.get('session', ['a'])).toBe('kept');
    await store.close();

    const again = await openLevelStore(folder);
    expect(await read(again, 'message')).toEqual([]);
    await again.commit([record('session', ['a'], 'new')]);
    expect(await again.get('session', ['a'])).toBe('new');
    await again.close();
  });
});

describe('a failed read', () => {
  // prettier-ignore
  test.each([
    ['LEVEL_IO_ERROR',          'STORE_READ_FAILED'],
    ['LEVEL_CORRUPTION',        'STORE_CORRUPT'],
    ['LEVEL_DATABASE_NOT_OPEN', 'STORE_CLOSED'],
    ['LEVEL_ITERATOR_NOT_OPEN', 'STORE_CLOSED'],
  ] as const)('with %s is %s', async (code, expected) => {
    const store = await openLevelStore(await scratchFolder());
    const cause = levelError(code);
    vi.spyOn(Level.prototype, 'get').mockRejectedValueOnce(new Error('wrapped', { cause }));
    await expect(store.get('session', ['a'])).rejects.toMatchObject(refusal(expected));
    expect(await store.get('session', ['a'])).toBeUndefined();
    await store.close();
  });
});

describe('a log that was cut off', () => {
  const COMMITS = 10;

  /** Cuts the end of the log; answers which commits a new opening finds, by each of their kinds. */
  async function survivors(bytes: number): Promise<Record<'message' | 'evidence', string[]>> {
    const folder = await scratchFolder();
    const store = await openLevelStore(folder);
    for (let index = 0; index < COMMITS; index += 1) {
      const key = ['a', index];
      await store.commit([record('message', key, `${index}`), record('evidence', key, `${index}`)]);
    }
    await store.close();
    await cutLog(join(folder, 'db'), bytes);
    const again = await openLevelStore(folder);
    const values = async (kind: 'message' | 'evidence'): Promise<string[]> =>
      (await read(again, kind)).map(({ value }) => value);
    const found = { message: await values('message'), evidence: await values('evidence') };
    await again.close();
    return found;
  }

  async function cutLog(database: string, bytes: number): Promise<void> {
    const [log = ''] = (await readdir(database)).filter((name) => name.endsWith('.log'));
    const { size } = await stat(join(database, log));
    await truncate(join(database, log), size - bytes);
  }

  test.each([1, 2, 7, 40])(
    'by %d bytes loses its last commit whole, and nothing else',
    async (bytes) => {
      const { message, evidence } = await survivors(bytes);
      expect(message).toEqual([...Array(COMMITS - 1).keys()].map(String));
      expect(evidence).toEqual(message);
    },
  );
});
