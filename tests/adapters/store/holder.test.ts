/** The second opening of a store is refused and names the holder, as far as anybody knows it. */
import { spawnSync } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openLevelStore } from '../../../adapters/store/level.ts';
import type { Store } from '../../../kernel/index.ts';
import { refusal } from './support/refusal.ts';
import { scratchFolder } from './support/scratch-folder.ts';

interface Held {
  readonly folder: string;
  readonly file: string;
  readonly store: Store;
}

async function hold(): Promise<Held> {
  const folder = await scratchFolder();
  return { folder, file: join(folder, 'holder.json'), store: await openLevelStore(folder) };
}

test('names this process when this process is the holder', async () => {
  const { folder, file, store } = await hold();
  const holder = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
  expect(holder).toEqual({
    pid: process.pid,
    started_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) as string,
    command: expect.any(String) as string,
  });
  const second = openLevelStore(folder);
  await expect(second).rejects.toMatchObject(refusal('STORE_LOCKED', `process ${process.pid} (`));
  await expect(second).rejects.toMatchObject({ details: { location: folder, ...holder } });
  await store.close();
});

test('leaves the store of the holder as it is', async () => {
  const { folder, file, store } = await hold();
  const before = await readFile(file, 'utf8');
  await expect(openLevelStore(folder)).rejects.toMatchObject(refusal('STORE_LOCKED'));
  expect(await readFile(file, 'utf8')).toBe(before);
  await store.commit([{ kind: 'session', key: ['a'], value: 'one' }]);
  expect(await store.get('session', ['a'])).toBe('one');
  await store.close();
  await (await openLevelStore(folder)).close();
});

const deadPid = (): number => spawnSync(process.execPath, ['--version']).pid;
const claim = (pid: unknown, command: unknown = 'host'): string =>
  JSON.stringify({ pid, started_at: '2026-01-01T00:00:00.000Z', command });

// prettier-ignore
test.each<[string, () => string, string]>([
  ['a living process',           () => claim(process.ppid),               `process ${process.ppid} (host`],
  ['a dead process',             () => claim(deadPid()),                  'another process'],
  ['a group of processes',       () => claim(-1),                         'another process'],
  ['a process that is no number', () => claim('1'),                       'another process'],
  ['a command that is no text',  () => claim(process.ppid, ['x']),        'another process'],
  ['a command for a terminal',   () => claim(process.ppid, 'a\u001b[2Jb\n'), '(a [2Jb ,'],
  ['a torn file',                () => claim(process.ppid).slice(0, -9),  'another process'],
  ['an empty file',              () => '',                                'another process'],
  ['another value',              () => 'null',                            'another process'],
])('reads %s from the holder file', async (_, text, expected) => {
  const { folder, file, store } = await hold();
  await writeFile(file, text());
  await expect(openLevelStore(folder)).rejects.toMatchObject(refusal('STORE_LOCKED', expected));
  await store.close();
});

test('does without a holder file', async () => {
  const { folder, file, store } = await hold();
  await rm(file);
  await expect(openLevelStore(folder)).rejects.toMatchObject(refusal('STORE_LOCKED', 'another'));
  await store.close();
});

test('replaces what a dead process left', async () => {
  const folder = await scratchFolder();
  await writeFile(join(folder, 'holder.json'), claim(deadPid()));
  const store = await openLevelStore(folder);
  expect(await readFile(join(folder, 'holder.json'), 'utf8')).toContain(`"pid":${process.pid},`);
  await store.close();
});
