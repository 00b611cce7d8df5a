/** Which folders become or are a store, what is made in them, and what is left untouched. */
import { mkdir, readFile, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Level } from 'level';
import { describe, expect, test } from 'vitest';
import { readKeys } from '../../../adapters/store/conformance/subject.ts';
import { openLevelStore } from '../../../adapters/store/level.ts';
import type { RuntimeError } from '../../../kernel/index.ts';
import { refusal } from './support/refusal.ts';
import { scratchFolder } from './support/scratch-folder.ts';

/** Lays files out in a folder; a path that ends in `/` is a folder. */
async function layOut(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    const place = join(folder, path);
    await mkdir(path.endsWith('/') ? place : dirname(place), { recursive: true });
    if (!path.endsWith('/')) await writeFile(place, text);
  }
}

/** Every path below a folder, with the text of each file. */
async function listing(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const found = entries.map(async (entry): Promise<[string, string]> => {
    const path = join(entry.parentPath, entry.name);
    return [path, entry.isFile() ? await readFile(path, 'utf8') : ''];
  });
  return Object.fromEntries(await Promise.all(found));
}

async function modeOf(path: string): Promise<string> {
  return ((await stat(path)).mode & 0o777).toString(8);
}

describe('a new store', () => {
  test('is made with its parents, for its owner only', async () => {
    const folder = join(await scratchFolder(), 'deep', 'store');
    const store = await openLevelStore(folder);
    expect(store.location).toBe(folder);
    expect((await readdir(folder)).toSorted()).toEqual(['db', 'holder.json']);
    expect(await modeOf(folder)).toBe('700');
    expect(await modeOf(join(folder, 'db'))).toBe('700');
    expect(await modeOf(join(folder, 'holder.json'))).toBe('600');
    await store.close();
    expect(await readdir(folder)).toEqual(['db']);
  });

  // prettier-ignore
  test.each<[string, Record<string, string>]>([
    ['an empty folder',                            {}],
    ['a holder file that a dead process left',     { 'holder.json': '{"pid":1' }],
    ['an empty database folder',                   { 'db/': '' }],
    ['a creation that was interrupted',            { 'db/LOCK': '', 'db/LOG': 'x', 'db/LOG.old': 'x',
                                                     'db/MANIFEST-000001': 'x', 'db/000001.dbtmp': 'x' }],
  ])('is made in %s', async (_, files) => {
    const folder = await scratchFolder();
    await layOut(folder, files);
    const store = await openLevelStore(folder);
    await store.commit([{ kind: 'session', key: ['a'], value: 'one' }]);
    expect(await store.get('session', ['a'])).toBe('one');
    await store.close();
  });

  test('is made where the marker was never written', async () => {
    const folder = await scratchFolder();
    await writeDatabase(join(folder, 'db'), []);
    await (await openLevelStore(folder)).close();
    await expect(readRaw(folder, 'meta!format!')).resolves.toBe(
      '{"format":"troupe-store","version":1}',
    );
  });
});

async function writeDatabase(path: string, entries: [key: string, value: string][]): Promise<void> {
  const database = new Level(path);
  await database.open();
  await database.batch(entries.map(([key, value]) => ({ type: 'put', key, value })));
  await database.close();
}

async function readRaw(folder: string, key: string): Promise<string | undefined> {
  const database = new Level(join(folder, 'db'));
  const value = await database.get(key);
  await database.close();
  return value;
}

describe('a folder of something else is refused and left as it is', () => {
  // prettier-ignore
  test.each<[string, Record<string, string>, string]>([
    ['notes',                 { 'notes.txt': 'mine' },                    'notes.txt'],
    ['a LevelDB of its own',  { CURRENT: 'MANIFEST-000001\n', LOCK: '' }, 'CURRENT'],
    ['a project',             { '.git/HEAD': 'x', 'db/': '' },            '.git'],
    ['another database',      { 'db/base.sqlite': 'x' },                  'base.sqlite'],
    ['a file named db',       { db: 'x' },                                'db is not a folder'],
  ])('%s', async (_, files, named) => {
    const folder = await scratchFolder();
    await layOut(folder, files);
    const before = await listing(folder);
    await expect(openLevelStore(folder)).rejects.toMatchObject(refusal('STORE_FOREIGN', named));
    expect(await listing(folder)).toEqual(before);
  });

  test.each(['store', 'store/below'])('the path %s of a file', async (name) => {
    const folder = await scratchFolder();
    const path = join(folder, 'store');
    await writeFile(path, 'mine');
    await expect(openLevelStore(join(folder, name))).rejects.toMatchObject(
      refusal('STORE_FOREIGN'),
    );
    expect(await readFile(path, 'utf8')).toBe('mine');
  });
});

describe('a database of something else is refused, and closed again', () => {
  // prettier-ignore
  test.each<[string, [string, string][], string]>([
    ['another program', [['a', 'b']],                                              'another program'],
    ['another format',  [['meta!format!', '{"format":"x","version":1}']],          'another program'],
    ['a torn marker',   [['meta!format!', '{"format":']],                          'another program'],
    ['a newer version', [['meta!format!', '{"format":"troupe-store","version":2}']], 'version 2'],
  ])('%s', async (_, entries, named) => {
    const folder = await scratchFolder();
    await writeDatabase(join(folder, 'db'), entries);
    await expect(openLevelStore(folder)).rejects.toMatchObject(refusal('STORE_FOREIGN', named));
    expect(await readdir(folder)).toEqual(['db']);
    const [key = '', value] = entries[0] ?? [];
    expect(await readRaw(folder, key)).toBe(value);
  });
});

describe('a damaged store', () => {
  const positions = [...Array(400).keys()];

  /** Makes a store whose records are in a table, as those of a store that was opened twice are. */
  async function damaged(damage: (database: string) => Promise<void>): Promise<string> {
    const folder = await scratchFolder();
    const store = await openLevelStore(folder);
    await store.commit(
      positions.map((index) => ({
        kind: 'message',
        key: ['a', index],
        value: `${index} `.repeat(100),
      })),
    );
    await store.close();
    await (await openLevelStore(folder)).close();
    await damage(join(folder, 'db'));
    return folder;
  }

  const matching = async (database: string, pattern: RegExp): Promise<string[]> =>
    (await readdir(database))
      .filter((name) => pattern.test(name))
      .map((name) => join(database, name));

  test.each<[string, (database: string) => Promise<void>]>([
    ['without CURRENT', (database) => rm(join(database, 'CURRENT'))],
    ['with a torn CURRENT', (database) => writeFile(join(database, 'CURRENT'), 'MANI')],
    [
      'with a garbled manifest',
      async (database) => {
        for (const path of await matching(database, /^MANIFEST/)) await writeFile(path, 'garbage');
      },
    ],
    [
      'with a table missing',
      async (database) => {
        for (const path of await matching(database, /\.ldb$/)) await rm(path);
      },
    ],
  ])('%s is STORE_CORRUPT at its opening', async (_, damage) => {
    const folder = await damaged(damage);
    await expect(openLevelStore(folder)).rejects.toMatchObject(refusal('STORE_CORRUPT', folder));
    expect(await readdir(folder)).toEqual(['db']);
  });

  test('with damaged blocks is STORE_CORRUPT where they are read, and only there', async () => {
    const folder = await damaged(async (database) => {
      for (const path of await matching(database, /\.ldb$/)) {
        const bytes = await readFile(path);
        await writeFile(path, bytes.fill('x', bytes.length >> 2, bytes.length >> 1));
      }
    });
    const store = await openLevelStore(folder);
    const scan = readKeys(store, 'message');
    await expect(scan).rejects.toMatchObject(refusal('STORE_CORRUPT', folder));
    const reads = positions.map((index) => store.get('message', ['a', index]));
    const codes = (await Promise.allSettled(reads)).map((read) =>
      read.status === 'rejected' ? (read.reason as RuntimeError).code : 'read',
    );
    expect(new Set(codes)).toEqual(new Set(['read', 'STORE_CORRUPT']));
    await store.close();
  });
});

test('a link to a store opens the store', async () => {
  const folder = await scratchFolder();
  const link = join(await scratchFolder(), 'link');
  await symlink(folder, link);
  const store = await openLevelStore(link);
  await store.commit([{ kind: 'session', key: ['a'], value: 'one' }]);
  await store.close();
  expect(await readdir(folder)).toEqual(['db']);
});

describe('a folder that cannot be used', () => {
  test('because it cannot be read is STORE_READ_FAILED', async () => {
    const folder = join(await scratchFolder(), 'x'.repeat(300));
    const opening = openLevelStore(folder);
    await expect(opening).rejects.toMatchObject(refusal('STORE_READ_FAILED', 'ENAMETOOLONG'));
  });

  test('because nothing can be written is STORE_WRITE_FAILED, without a lock', async () => {
    const folder = await scratchFolder();
    await layOut(folder, { 'holder.json/': '' });
    await expect(openLevelStore(folder)).rejects.toMatchObject(refusal('STORE_WRITE_FAILED'));
    await rm(join(folder, 'holder.json'), { recursive: true });
    await (await openLevelStore(folder)).close();
  });
});
