/**
 * Evidence for whoever does not trust the store: a key that `troupe init` makes, and verification
 * of a copied store that needs the public half alone.
 */
import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { generateKey, openLevelStore, signerOf } from 'troupe/adapters';
import type { Write } from 'troupe/kernel';
import { describe, expect, test } from 'vitest';
import { deskIn, openDesk, scratchFolder, type Desk } from './support/desk.ts';
import { ENDS, REPLIES, WRITES } from './support/turns.ts';

const STORE = join('.troupe', 'store');
const PUBLIC_KEY = join('.troupe', 'keys', 'evidence.pub');

/** The one value that a command answers with `--json`. */
async function json({ call }: Desk, ...words: readonly string[]) {
  const { exit, out } = await call(...words, '--json');
  return { exit, value: JSON.parse(out) as unknown };
}

/** A desk with one session that is over. */
async function openFinished(): Promise<Desk> {
  const desk = await openDesk([WRITES, ENDS]);
  expect(await desk.call('run', 'hello', '--session', 's1')).toMatchObject({ exit: 0 });
  return desk;
}

/** What an archive gets: the store and the public key, and nothing else of the workspace. */
async function archive({ folder }: Desk): Promise<Desk> {
  const kept = await scratchFolder();
  await cp(join(folder, STORE), join(kept, 'store'), { recursive: true });
  await cp(join(folder, PUBLIC_KEY), join(kept, 'evidence.pub'));
  return deskIn(kept);
}

/** Every file below a folder with the hash of its bytes. */
async function filesOf(folder: string): Promise<ReadonlyMap<string, string>> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = found
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const hashes = files.sort().map(async (path) => {
    const hash = createHash('sha256').update(await readFile(path));
    return [path, hash.digest('hex')] as const;
  });
  return new Map(await Promise.all(hashes));
}

async function change(desk: Desk, writes: readonly Write[], store = 'store'): Promise<void> {
  const opened = await openLevelStore(join(desk.folder, store));
  await opened.commit(writes);
  await opened.close();
}

const OFFLINE = ['--store', 'store', '--public-key', 'evidence.pub'] as const;

describe('the key of a workspace', () => {
  test('is made by init, which says so; it is kept from others and from repositories', async () => {
    const desk = deskIn(await scratchFolder());
    const { out } = await desk.call('init');
    expect(out).toMatch(/Made evidence key [0-9a-f]{12}: sessions are signed with it/);
    expect(out).toContain('copy of .troupe/keys/evidence.pub where nobody');
    expect((await stat(join(desk.folder, '.troupe', 'keys', 'evidence.key'))).mode & 0o777).toBe(
      0o600,
    );
    expect(await desk.read('.gitignore')).toContain('.troupe/\n');
    expect(out).not.toContain('PRIVATE');
  });

  test('is shown, and not made a second time', async () => {
    const desk = await openDesk();
    const public_key = await desk.read(PUBLIC_KEY);
    const shown = await json(desk, 'evidence', 'key', 'show');
    expect(shown).toMatchObject({ exit: 0, value: { public_key } });
    const { key_id } = shown.value as { key_id: string };
    expect(shown.value).toMatchObject({ trusted_key_ids: [key_id] });
    const again = await json(desk, 'evidence', 'key', 'create');
    expect(again).toEqual({ exit: 0, value: { key_id, public_key, is_new: false } });
    const { out } = await desk.call('evidence', 'key', 'show');
    expect(out).toContain(key_id);
    expect(out).toContain(public_key.trim());
    expect(out).not.toContain('PRIVATE');
  });

  test('is made for a workspace that has none; nothing is signed before', async () => {
    const desk = await openDesk([ENDS, ENDS]);
    await rm(join(desk.folder, '.troupe'), { recursive: true });
    await desk.call('run', 'hello', '--session', 's1');
    expect((await desk.call('evidence', 'verify', 's1')).out).toMatch(/in order, unsigned\n/);
    expect(await desk.call('evidence', 'key', 'show')).toMatchObject({ exit: 2 });
    expect(await json(desk, 'evidence', 'key', 'create')).toMatchObject({
      exit: 0,
      value: { is_new: true },
    });
    await desk.call('run', 'hello', '--session', 's2');
    expect((await desk.call('evidence', 'verify', 's2')).out).toContain('signed with key');
    const { exit, out } = await desk.call('evidence', 'verify', 's1');
    expect(exit).toBe(9);
    expect(out).toContain('signature_missing: entry 0 and all behind it are not signed');
    expect((await desk.call('evidence', 'sign', 's1')).out).toContain('signed with key');
    expect(await desk.call('evidence', 'verify', '--all')).toMatchObject({ exit: 0 });
  });

  test('that cannot be used stops what would go on unsigned', async () => {
    const desk = await openDesk([ENDS]);
    await desk.write('.troupe/keys/evidence.key', 'nothing');
    const { exit, err } = await desk.call('run', 'hello');
    expect(exit).toBe(2);
    expect(err).toContain('EVIDENCE_KEY_INVALID: The evidence key ');
  });
});

describe('signing by hand', () => {
  test('takes a key', async () => {
    const desk = await openFinished();
    await rm(join(desk.folder, '.troupe', 'keys'), { recursive: true });
    const { exit, err } = await desk.call('evidence', 'sign', '--all');
    expect(exit).toBe(2);
    expect(err).toContain('USAGE: There is no evidence key in ');
  });

  test.each([
    ['that does not verify', 's1', 9, 'EVIDENCE_INVALID: Session s1 does not verify'],
    ['that is not there', 's2', 3, 'SESSION_NOT_FOUND'],
  ])('refuses a session %s', async (_, session_id, expected, message) => {
    const desk = await openFinished();
    await change(desk, [{ kind: 'evidence', key: ['s1', 2], value: null }], STORE);
    const { exit, err } = await desk.call('evidence', 'sign', session_id);
    expect(exit).toBe(expected);
    expect(err).toContain(message);
  });
});

describe('a copied store with the public key', () => {
  test('verifies, and not a byte of it changes', async () => {
    const kept = await archive(await openFinished());
    const before = await filesOf(kept.folder);
    expect(await json(kept, 'evidence', 'verify', '--all', ...OFFLINE)).toMatchObject({
      exit: 0,
      value: { ok: true, sessions: [{ session_id: 's1', signature: 'valid' }] },
    });
    expect(await filesOf(kept.folder)).toEqual(before);
  });

  test('verifies under one of several keys, and not under another one', async () => {
    const kept = await archive(await openFinished());
    await kept.write('other.pub', signerOf(generateKey(), 'other').public_key);
    const verify = (...words: readonly string[]) =>
      kept.call('evidence', 'verify', 's1', '--store', 'store', ...words);
    const other = ['--public-key', 'other.pub'] as const;
    expect(await verify(...other, '--public-key', 'evidence.pub')).toMatchObject({ exit: 0 });
    const refused = await verify(...other);
    expect(refused.exit).toBe(9);
    expect(refused.out).toMatch(
      /then signature_invalid: entry \d+ is signed with key [0-9a-f]{64}, which is not trusted/,
    );
    expect((await verify()).out).toContain('signed, and no --public-key to check it with');
  });

  test('does not verify without its signature, or without its head', async () => {
    const kept = await archive(await openFinished());
    await change(kept, [{ kind: 'signature', key: ['s1'], value: null }]);
    const verify = () => kept.call('evidence', 'verify', '--all', ...OFFLINE);
    expect((await verify()).out).toContain('signature_missing');
    const again = await archive(await openFinished());
    await change(again, [{ kind: 'head', key: ['s1'], value: null }]);
    expect(await again.call('evidence', 'verify', '--all', ...OFFLINE)).toMatchObject({ exit: 9 });
  });

  test('is held against a head that was seen', async () => {
    const desk = await openDesk([REPLIES, ENDS]);
    await desk.call('run', 'hello', '--session', 's1');
    const early = await archive(desk);
    await desk.call('send', 's1', 'more');
    const { out } = await desk.call('evidence', 'verify', 's1');
    const head = /^head (\S+)$/m.exec(out)?.[1] ?? '';
    expect(await desk.call('evidence', 'verify', 's1', '--head', head)).toMatchObject({ exit: 0 });
    const rolledBack = await early.call('evidence', 'verify', 's1', ...OFFLINE, '--head', head);
    expect(rolledBack.exit).toBe(9);
    expect(rolledBack.out).toMatch(
      /then rolled_back: entry \d+ is missing, expected at least entry \d+/,
    );
  });

  test.each([
    ['a store that is not there', ['--store', 'missing', '--public-key', 'evidence.pub'], 'USAGE'],
    [
      'a folder that is no store',
      ['--store', 'empty', '--public-key', 'evidence.pub'],
      'STORE_FOREIGN',
    ],
    [
      'a key that is not there',
      ['--store', 'store', '--public-key', 'missing.pub'],
      'EVIDENCE_KEY_INVALID',
    ],
    [
      'a key that is none',
      ['--store', 'store', '--public-key', 'store/db/CURRENT'],
      'EVIDENCE_KEY_INVALID',
    ],
    ['a head that is none', [...OFFLINE, '--head', '3'], 'USAGE'],
  ])('is refused with %s', async (_, words, code) => {
    const kept = await archive(await openFinished());
    await mkdir(join(kept.folder, 'empty'));
    const { exit, err } = await kept.call('evidence', 'verify', 's1', ...words);
    expect(exit).toBeGreaterThan(0);
    expect(err).toContain(`${code}: `);
    expect(await kept.has('missing')).toBe(false);
  });
});

test.each([
  ['nothing', []],
  ['a session and all', ['s1', '--all']],
  ['a session and a file', ['s1', '--file', 's1.jsonl']],
  ['a head of all', ['--all', '--head', `1:${'0'.repeat(64)}`]],
])('verifying %s is a wrong call', async (_, words) => {
  const { exit, err } = await deskIn(await scratchFolder()).call('evidence', 'verify', ...words);
  expect(exit).toBe(2);
  expect(err).toContain('USAGE: evidence verify: ');
});
