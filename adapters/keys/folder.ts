/**
 * The folder with the evidence keys of a workspace: `evidence.key` signs, and is its owner's alone;
 * `evidence.pub` and every other `*.pub` beside it are trusted, so that keys can be changed.
 */
import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, RuntimeError, type Signer, type Verifier } from '../../kernel/index.ts';
import { generateKey, signerOf, verifierOf } from './ed25519.ts';

const PRIVATE_FILE = 'evidence.key';
const PUBLIC_FILE = 'evidence.pub';
const OWNER_ONLY_FOLDER = 0o700;
const OWNER_ONLY_FILE = 0o600;
const OF_OTHERS = 0o077;

/** What evidence is signed with, and whose signatures count. */
export interface EvidenceKeys {
  /** Absent where signatures are only checked. */
  readonly signer?: Signer | undefined;
  readonly trusted: readonly Verifier[];
}

/** A key that is there, and where its public half is. */
export interface KeptKey {
  readonly key: Verifier;
  readonly public_file: string;
  /** Whether it was made just now. */
  readonly isNew: boolean;
}

/**
 * Makes the evidence key of a folder, unless there is one; nothing is ever overwritten.
 * @throws RuntimeError EVIDENCE_KEY_INVALID for one that is there and cannot be used, or a folder
 * that cannot be written
 */
export async function makeEvidenceKey(folder: string): Promise<KeptKey> {
  const file = join(folder, PRIVATE_FILE);
  const public_file = join(folder, PUBLIC_FILE);
  try {
    await mkdir(folder, { recursive: true, mode: OWNER_ONLY_FOLDER });
    await chmod(folder, OWNER_ONLY_FOLDER);
    const isNew = await writeIfNew(file, generateKey(), OWNER_ONLY_FILE);
    const key = await readSigner(file);
    await writeIfNew(public_file, key.public_key, 0o644);
    return { key, public_file, isNew };
  } catch (cause) {
    throw unusable(folder, cause);
  }
}

/**
 * Reads the evidence keys of a folder; undefined where it holds none.
 * @throws RuntimeError EVIDENCE_KEY_INVALID for a key that cannot be used: evidence that was to be
 * signed must not go on unsigned in silence
 */
export async function readEvidenceKeys(folder: string): Promise<EvidenceKeys | undefined> {
  const trusted = await readTrustedKeys(folder);
  const names = await listFolder(folder);
  if (!names.includes(PRIVATE_FILE)) return trusted.length === 0 ? undefined : { trusted };
  const signer = await readSigner(join(folder, PRIVATE_FILE));
  const others = trusted.filter(({ key_id }) => key_id !== signer.key_id);
  return { signer, trusted: [signer, ...others] };
}

/** Reads the public keys of a folder, no private one. @throws RuntimeError EVIDENCE_KEY_INVALID */
export async function readTrustedKeys(folder: string): Promise<readonly Verifier[]> {
  const names = await listFolder(folder);
  const files = names.filter((name) => name.endsWith('.pub'));
  return Promise.all(files.map((name) => readPublicKey(join(folder, name))));
}

/** Reads a public key from a file. @throws RuntimeError EVIDENCE_KEY_INVALID */
export async function readPublicKey(file: string): Promise<Verifier> {
  return verifierOf(await readText(file), file);
}

async function readSigner(file: string): Promise<Signer> {
  const text = await readText(file);
  const { mode } = await stat(file);
  if (process.platform !== 'win32' && (mode & OF_OTHERS) !== 0) {
    const message = `The evidence key ${file} is open to others: chmod 600 ${file}`;
    throw new RuntimeError('EVIDENCE_KEY_INVALID', message);
  }
  return signerOf(text, file);
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw unusable(file, cause);
  }
}

/** Answers whether the file was not there and is now. */
async function writeIfNew(file: string, text: string, mode: number): Promise<boolean> {
  try {
    await writeFile(file, text, { flag: 'wx', mode });
    return true;
  } catch (error) {
    if ((error as { code?: unknown }).code === 'EEXIST') return false;
    throw error;
  }
}

async function listFolder(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (cause) {
    const { code } = cause as { code?: unknown };
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw unusable(folder, cause);
  }
}

function unusable(path: string, cause: unknown): RuntimeError {
  if (cause instanceof RuntimeError) return cause;
  const message = `The evidence key ${path} cannot be used: ${messageOf(cause)}`;
  return new RuntimeError('EVIDENCE_KEY_INVALID', message, { cause });
}
