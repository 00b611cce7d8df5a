/** Canonical bytes (RFC 8785) and content hashes. Every digest and every link rests on these. */
import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';

/**
 * The one text of a JSON value, whatever the order of its keys.
 * Throws a TypeError on what JSON cannot hold (bigint, a cycle, a lone surrogate, no value).
 */
export function canonicalJson(value: unknown): string {
  let text: string | undefined;
  try {
    text = canonicalize(value);
  } catch (cause) {
    throw new TypeError(`not representable as canonical JSON: ${String(cause)}`, { cause });
  }
  if (text === undefined) throw new TypeError('not representable as canonical JSON: no value');
  return text;
}

/** sha256 as 64 lower-case hex digits, over UTF-8. */
export function sha256(text: string): string {
  return hash('sha256', text, 'hex');
}

/** The content hash of a JSON value. */
export function contentHash(value: unknown): string {
  return sha256(canonicalJson(value));
}
