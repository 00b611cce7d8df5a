/** Evidence keys: what they sign, what they take for theirs, and how a folder keeps them. */
import { generateKeyPairSync } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  generateKey,
  makeEvidenceKey,
  readEvidenceKeys,
  readPublicKey,
  signerOf,
  verifierOf,
} from '../../../adapters/index.ts';

const PRIVATE_PEM = generateKey();
const SIGNER = signerOf(PRIVATE_PEM, 'key');
const rsaPem = generateKeyPairSync('rsa', {
  modulusLength: 1024,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});

async function scratchFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'troupe-keys-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

describe('a signature', () => {
  const signature = SIGNER.sign('a text');
  const verifier = verifierOf(SIGNER.public_key, 'key');

  test('is of one text, by one key', () => {
    expect(verifier.key_id).toBe(SIGNER.key_id);
    expect(verifier.key_id).toMatch(/^[0-9a-f]{64}$/);
    expect(verifier.verify('a text', signature)).toBe(true);
    expect(verifier.verify('another text', signature)).toBe(false);
    expect(signerOf(generateKey(), 'other').verify('a text', signature)).toBe(false);
  });

  test.each([
    ['nothing', ''],
    ['half of it', signature.slice(0, 44)],
    ['other letters for the same bytes', signature.replace(/.==$/, (end) => next(end))],
    ['white space behind it', `${signature}\n`],
    ['no base64', '😀'],
  ])('is not %s', (_, other) => expect(verifier.verify('a text', other)).toBe(false));
});

describe('a PEM text', () => {
  test.each([
    ['nothing', '', 'it is not a key in PEM'],
    ['a public key', SIGNER.public_key, 'it is not a key in PEM'],
    ['a key for something else', rsaPem.privateKey, 'it is a key for rsa, not for Ed25519'],
  ])('of %s signs nothing', (_, pem, why) => {
    expect(() => signerOf(pem, 'some.key')).toThrow(
      expect.objectContaining({
        code: 'EVIDENCE_KEY_INVALID',
        message: `The evidence key some.key cannot be used: ${why}`,
      }),
    );
  });

  test.each([
    ['nothing', '', 'it is not a key in PEM'],
    ['a private key', PRIVATE_PEM, 'it is a private key'],
    ['a key for something else', rsaPem.publicKey, 'it is a key for rsa, not for Ed25519'],
  ])('of %s is no public key', (_, pem, why) => {
    expect(() => verifierOf(pem, 'some.pub')).toThrow(
      expect.objectContaining({
        code: 'EVIDENCE_KEY_INVALID',
        message: `The evidence key some.pub cannot be used: ${why}`,
      }),
    );
  });
});

describe('a folder', () => {
  test('without keys has none', async () => {
    const folder = await scratchFolder();
    expect(await readEvidenceKeys(folder)).toBeUndefined();
    expect(await readEvidenceKeys(join(folder, 'missing'))).toBeUndefined();
  });

  test('gets one key, once; the private half is its owner’s alone', async () => {
    const folder = join(await scratchFolder(), 'keys');
    const made = await makeEvidenceKey(folder);
    expect(made.isNew).toBe(true);
    expect(await readdir(folder)).toEqual(['evidence.key', 'evidence.pub']);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect((await stat(join(folder, 'evidence.key'))).mode & 0o777).toBe(0o600);
    const again = await makeEvidenceKey(folder);
    expect(again).toMatchObject({ isNew: false, public_file: made.public_file });
    expect(again.key.key_id).toBe(made.key.key_id);
    expect((await readPublicKey(made.public_file)).key_id).toBe(made.key.key_id);
  });

  test('gets the public half back that it lost', async () => {
    const folder = await scratchFolder();
    const { key, public_file } = await makeEvidenceKey(folder);
    await rm(public_file);
    await makeEvidenceKey(folder);
    expect(await readFile(public_file, 'utf8')).toBe(key.public_key);
  });

  test('trusts every public key in it, and signs with the private one', async () => {
    const folder = await scratchFolder();
    const { key } = await makeEvidenceKey(folder);
    await writeFile(join(folder, 'last-year.pub'), SIGNER.public_key);
    const keys = await readEvidenceKeys(folder);
    expect(keys?.signer?.key_id).toBe(key.key_id);
    expect(keys?.trusted.map(({ key_id }) => key_id)).toEqual([key.key_id, SIGNER.key_id]);
    await rm(join(folder, 'evidence.key'));
    const left = await readEvidenceKeys(folder);
    expect(left?.signer).toBeUndefined();
    expect(left?.trusted).toHaveLength(2);
  });

  test.each<[string, (folder: string) => Promise<unknown>, RegExp]>([
    [
      'a private key that others can read',
      (folder) => chmod(join(folder, 'evidence.key'), 0o640),
      /is open to others: chmod 600 /,
    ],
    [
      'a private key that is none',
      (folder) => writeFile(join(folder, 'evidence.key'), 'key'),
      /not a key in PEM/,
    ],
    [
      'a public key that is none',
      (folder) => writeFile(join(folder, 'other.pub'), 'key'),
      /not a key in PEM/,
    ],
    [
      'a folder in place of a key',
      (folder) => mkdir(join(folder, 'other.pub')),
      /other\.pub cannot be used: EISDIR/,
    ],
  ])('with %s is refused', async (_, damage, message) => {
    const folder = await scratchFolder();
    await makeEvidenceKey(folder);
    await damage(folder);
    await expect(readEvidenceKeys(folder)).rejects.toMatchObject({
      code: 'EVIDENCE_KEY_INVALID',
      message: expect.stringMatching(message) as string,
    });
  });

  test('that is a file is refused', async () => {
    const file = join(await scratchFolder(), 'keys');
    await writeFile(file, '');
    await expect(makeEvidenceKey(file)).rejects.toMatchObject({ code: 'EVIDENCE_KEY_INVALID' });
  });
});

/** The last letter before the padding carries four bits that no byte needs. */
function next(end: string): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  return `${letters[letters.indexOf(end[0] ?? '') ^ 1]}==`;
}
