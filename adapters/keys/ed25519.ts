/** Evidence keys: Ed25519 through node:crypto, kept as PEM texts. */
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  hash,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto';
import { RuntimeError, type Signer, type Verifier } from '../../kernel/index.ts';

/** Makes a new key; answers its private half as PEM (PKCS #8). */
export function generateKey(): string {
  return pemOf(generateKeyPairSync('ed25519').privateKey);
}

/**
 * Reads a private key from its PEM; `source` names it in the message of a failure.
 * @throws RuntimeError EVIDENCE_KEY_INVALID
 */
export function signerOf(pem: string, source: string): Signer {
  const key = readKey(createPrivateKey, pem, source);
  return {
    ...verifierFrom(createPublicKey(key)),
    sign: (text) => sign(null, Buffer.from(text), key).toString('base64'),
  };
}

/**
 * Reads a public key from its PEM; `source` names it in the message of a failure.
 * @throws RuntimeError EVIDENCE_KEY_INVALID
 */
export function verifierOf(pem: string, source: string): Verifier {
  // Node would take a private key too, and somebody would pass that one on.
  if (pem.includes('PRIVATE KEY')) throw invalid(source, 'it is a private key');
  return verifierFrom(readKey(createPublicKey, pem, source));
}

function verifierFrom(key: KeyObject): Verifier {
  const raw = Buffer.from(key.export({ format: 'jwk' }).x ?? '', 'base64url');
  return {
    key_id: hash('sha256', raw, 'hex'),
    public_key: pemOf(key),
    verify: (text, signature) => {
      const bytes = Buffer.from(signature, 'base64');
      // Base64 has several texts for the same bytes; one signature has one.
      return bytes.toString('base64') === signature && verify(null, Buffer.from(text), key, bytes);
    },
  };
}

function readKey(read: (pem: string) => KeyObject, pem: string, source: string): KeyObject {
  let key: KeyObject;
  try {
    key = read(pem);
  } catch (cause) {
    throw invalid(source, 'it is not a key in PEM', cause);
  }
  if (key.asymmetricKeyType === 'ed25519') return key;
  throw invalid(source, `it is a key for ${key.asymmetricKeyType}, not for Ed25519`);
}

function pemOf(key: KeyObject): string {
  const type = key.type === 'private' ? 'pkcs8' : 'spki';
  return key.export({ format: 'pem', type }).toString();
}

function invalid(source: string, why: string, cause?: unknown): RuntimeError {
  const message = `The evidence key ${source} cannot be used: ${why}`;
  return new RuntimeError('EVIDENCE_KEY_INVALID', message, { cause });
}
