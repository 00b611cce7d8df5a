/** One store per folder in a process: shared while somebody has it, closed behind the last. */
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { record } from '../../../adapters/store/conformance/subject.ts';
import { openLevelStore } from '../../../adapters/store/level.ts';
import { openSharedStore } from '../../../adapters/store/shared.ts';
import { refusal } from './support/refusal.ts';
import { scratchFolder } from './support/scratch-folder.ts';

test('two callers see each other, by whatever path they came', async () => {
  const folder = await scratchFolder();
  const link = join(await scratchFolder(), 'link');
  await symlink(folder, link);
  const paths = [folder, `${folder}/`, join(folder, 'x', '..'), relative('.', folder), link];
  const handles = await Promise.all(paths.map(openSharedStore));
  for (const [index, handle] of handles.entries()) {
    await handle.commit([record('message', ['a', index])]);
  }
  for (const handle of handles) {
    expect(await handle.get('message', ['a', 0])).toBe('value');
    expect(await handle.get('message', ['a', handles.length - 1])).toBe('value');
  }
  await Promise.all(handles.map((handle) => handle.close()));
  await (await openLevelStore(folder)).close();
});

test('a folder that is not there yet is made once', async () => {
  const folder = join(await scratchFolder(), 'deep', 'store');
  const handles = await Promise.all(Array.from({ length: 20 }, () => openSharedStore(folder)));
  await Promise.all(
    handles.map((handle, index) => handle.commit([record('message', ['a', index])])),
  );
  expect(await handles[0]?.get('message', ['a', 19])).toBe('value');
  await Promise.all(handles.map((handle) => handle.close()));
});

test('a closed handle refuses, and its twin goes on', async () => {
  const folder = await scratchFolder();
  const [one, other] = [await openSharedStore(folder), await openSharedStore(folder)];
  await Promise.all([one.close(), one.close()]);
  await one.close();
  await expect(one.commit([])).rejects.toMatchObject(refusal('STORE_CLOSED', folder));
  await expect(one.get('session', ['a'])).rejects.toMatchObject(refusal('STORE_CLOSED'));
  await other.commit([record('session', ['a'])]);
  expect(await other.get('session', ['a'])).toBe('value');
  await expect(openLevelStore(folder)).rejects.toMatchObject(refusal('STORE_LOCKED'));
  await other.close();
  await (await openLevelStore(folder)).close();
});

test('a handle waits for its own commits before it is closed', async () => {
  const folder = await scratchFolder();
  const [one, other] = [await openSharedStore(folder), await openSharedStore(folder)];
  const ends: string[] = [];
  const commit = one.commit([record('session', ['a'])]).then(() => ends.push('commit'));
  await one.close().then(() => ends.push('close'));
  await commit;
  expect(ends).toEqual(['commit', 'close']);
  await other.close();
});

test('an opening during the last close waits for its end', async () => {
  const folder = await scratchFolder();
  let handle = await openSharedStore(folder);
  for (let index = 0; index < 20; index += 1) {
    await handle.commit([record('message', ['a', index])]);
    const [, next] = await Promise.all([handle.close(), openSharedStore(folder)]);
    handle = next;
  }
  expect(await handle.get('message', ['a', 19])).toBe('value');
  await handle.close();
});

describe('a failed opening leaves nothing behind', () => {
  test('when the folder is foreign', async () => {
    const folder = await scratchFolder();
    await writeFile(join(folder, 'notes.txt'), 'mine');
    const openings = await Promise.allSettled([openSharedStore(folder), openSharedStore(folder)]);
    for (const opening of openings) {
      expect(opening).toMatchObject({ status: 'rejected', reason: refusal('STORE_FOREIGN') });
    }
    await rm(join(folder, 'notes.txt'));
    await (await openSharedStore(folder)).close();
  });

  test('when somebody holds the store', async () => {
    const folder = await scratchFolder();
    const holder = await openLevelStore(folder);
    await expect(openSharedStore(folder)).rejects.toMatchObject(refusal('STORE_LOCKED'));
    await holder.close();
    await (await openSharedStore(folder)).close();
  });

  test('when the path is a file, or leads through one', async () => {
    const path = join(await scratchFolder(), 'store');
    await writeFile(path, 'mine');
    await expect(openSharedStore(path)).rejects.toMatchObject(refusal('STORE_FOREIGN', path));
    const below = openSharedStore(join(path, 'below'));
    await expect(below).rejects.toMatchObject(refusal('STORE_FOREIGN'));
    await rm(path);
    await mkdir(path);
    await (await openSharedStore(path)).close();
  });
});
