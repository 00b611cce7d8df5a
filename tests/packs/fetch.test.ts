/** Fetching packs: one commit of a git repository, one version of an npm package, nothing run. */
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  fetchGitPack,
  fetchRegistryPack,
  packIntegrity,
  resolveGitCommit,
  systemEnvironment,
} from 'troupe/adapters';
import { startRegistry, type Registry } from './support/registry.ts';

const MANIFEST = 'id: notes\nversion: 1.0.0\n';
const home = systemEnvironment();

let folder: string;
let repository: string;
let first: string;
let second: string;

const git = (...args: string[]): string =>
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example', ...args], {
    cwd: repository,
    encoding: 'utf8',
  }).trim();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'troupe-fetch-'));
  repository = join(folder, 'repository');
  await mkdir(repository);
  git('init', '--quiet', '--initial-branch=main');
  await writeFile(join(repository, 'manifest.yaml'), MANIFEST);
  git('add', '.');
  git('commit', '--quiet', '-m', 'one');
  git('tag', '-a', 'v1.0.0', '-m', 'v1.0.0');
  first = git('rev-parse', 'HEAD');
  await writeFile(join(repository, 'manifest.yaml'), `${MANIFEST}# changed\n`);
  git('commit', '--quiet', '-am', 'two');
  second = git('rev-parse', 'HEAD');
});
afterAll(() => rm(folder, { recursive: true }));

describe('from git', () => {
  test('is what one commit has, and nothing of git', async () => {
    const target = join(folder, 'packs/notes@1.0.0');
    await fetchGitPack({ url: repository, commit: first }, target, home);
    expect(await readdir(target)).toEqual(['manifest.yaml']);
    expect(await readFile(join(target, 'manifest.yaml'), 'utf8')).toBe(MANIFEST);
  });

  test('replaces what was there, and has the same hash wherever it lies', async () => {
    const [one, other] = [join(folder, 'packs/one'), join(folder, 'elsewhere/other')];
    await fetchGitPack({ url: repository, commit: first }, one, home);
    await fetchGitPack({ url: repository, commit: second }, one, home);
    await fetchGitPack({ url: repository, commit: second }, other, home);
    expect(await packIntegrity(one)).toBe(await packIntegrity(other));
    expect(await readFile(join(one, 'manifest.yaml'), 'utf8')).toContain('changed');
  });

  test('a tag names the commit behind it', async () => {
    expect(await resolveGitCommit(repository, 'v1.0.0', home)).toBe(first);
    expect(await resolveGitCommit(repository, 'main', home)).toBe(second);
  });

  test.each([
    ['a commit that is not there', () => ({ url: repository, commit: '0'.repeat(40) })],
    ['a repository that is not there', () => ({ url: join(folder, 'none'), commit: first })],
    ['an address that is an option', () => ({ url: '--upload-pack=touch x', commit: first })],
    ['a protocol that runs programs', () => ({ url: 'ext::sh -c touch% x', commit: first })],
  ])('%s leaves nothing behind', async (_, pack) => {
    const target = join(folder, 'refused/notes');
    await expect(fetchGitPack(pack(), target, home)).rejects.toMatchObject({
      code: 'PACK_FETCH_FAILED',
    });
    expect(await readdir(join(folder, 'refused'))).toEqual([]);
  });
});

describe('from an npm registry', () => {
  let registry: Registry;

  beforeAll(async () => {
    const made = { name: '@acme/notes', version: '1.0.0', manifest: MANIFEST };
    registry = await startRegistry(folder, made);
  });
  afterAll(() => registry.close());

  /** npm keeps its cache and its logs at home: this one is of the test. */
  const npmHome = () => ({ ...home, HOME: folder });

  test('is the package, and none of its scripts has run', async () => {
    const target = join(folder, 'packs/notes@registry');
    const pack = { name: '@acme/notes', version: '1.0.0', registry_url: registry.url };
    await fetchRegistryPack(pack, target, npmHome());
    expect((await readdir(target)).toSorted()).toEqual(['manifest.yaml', 'package.json']);
    await expect(readFile(registry.marker)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('a version that is not there is told', async () => {
    const pack = { name: '@acme/notes', version: '9.9.9', registry_url: registry.url };
    await expect(
      fetchRegistryPack(pack, join(folder, 'none/notes'), npmHome()),
    ).rejects.toMatchObject({ code: 'PACK_FETCH_FAILED' });
  });
});
