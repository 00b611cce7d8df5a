/** Packs from git: pinned at one commit, and installed again only as they were pinned. */
import { execFileSync } from 'node:child_process';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { MANIFEST, openPackDesk, type PackDesk } from './support/pack-desk.ts';

const ANY_HASH: unknown = expect.stringMatching(/^sha256:[0-9a-f]{64}$/);
const ANY_COMMIT: unknown = expect.stringMatching(/^[0-9a-f]{40}$/);

let desk: PackDesk;

const git = (...args: readonly string[]): void => {
  const identity = ['-c', 'user.name=t', '-c', 'user.email=t@example'];
  const cwd = join(desk.folder, 'repository');
  execFileSync('git', [...identity, ...args], { cwd, stdio: 'ignore' });
};
const installed = (): string => join(desk.folder, '.troupe/packs/notes@1.0.0');

beforeEach(async () => {
  desk = await openPackDesk('name: Desk\n');
  await desk.putPack('repository');
  git('init', '--quiet', '--initial-branch=main');
  git('add', '.');
  git('commit', '--quiet', '-m', 'one');
  git('tag', 'v1.0.0');
});

test('are pinned at the commit of a tag, and installed again as they were', async () => {
  expect(await desk.packs('add', 'repository#v1.0.0', '--yes')).toMatchObject({
    exit: 0,
    value: { pin: { source: 'git', commit: ANY_COMMIT, integrity: ANY_HASH } },
  });
  await rm(installed(), { recursive: true });
  expect((await desk.call('packs', 'verify')).exit).toBe(2);
  expect(await desk.packs('install')).toMatchObject({
    exit: 0,
    value: { ok: true, packs: [{ state: 'ok', is_new: true }] },
  });
  expect(await desk.packs('install')).toMatchObject({ value: { packs: [{ is_new: false }] } });
});

test('are not put in place where they are not what was pinned', async () => {
  await desk.packs('add', 'repository#v1.0.0', '--yes');
  await rm(installed(), { recursive: true });
  const text = await desk.read('workspace.yaml');
  await desk.write('workspace.yaml', text.replace(/sha256:\w{8}/, 'sha256:00000000'));
  expect(await desk.packs('install')).toMatchObject({
    exit: 2,
    value: { ok: false, packs: [{ state: 'altered', is_new: false }] },
  });
  expect(await readdir(join(desk.folder, '.troupe/packs'))).toEqual([]);
});

test('a newer version replaces the pin where it stands', async () => {
  await desk.packs('add', 'repository#v1.0.0', '--yes');
  const text = await desk.read('workspace.yaml');
  await desk.write('workspace.yaml', text.replace('  - id: notes', '  # Ours.\n  - id: notes'));
  await desk.put('repository/manifest.yaml', MANIFEST.replace('1.0.0', '2.0.0'));
  git('commit', '--quiet', '-am', 'two');
  const { exit, err } = await desk.call('packs', 'add', 'repository#main', '--yes');
  expect(exit).toBe(0);
  expect(err).toContain('1.0.0, sha256:');
  const replaced = await desk.read('workspace.yaml');
  expect(replaced).toMatch(/# Ours\.\n {2}- id: notes\n {4}version: 2\.0\.0\n/);
  expect(replaced.match(/id: notes/g)).toHaveLength(1);
  expect((await desk.call('packs', 'verify')).exit).toBe(0);
});
