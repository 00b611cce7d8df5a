/** Canonical bytes (RFC 8785) and content hashes. Every digest and every link rests on these. */
import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { messageOf } from './errors.ts';

/** Deeper than this nothing is taken: what reads it later must not run out of stack. */
const DEPTH_MAX = 500;

/**
 * The one text of a JSON value, whatever the order of its keys.
 * Throws a TypeError on what JSON cannot hold (bigint, a cycle, a lone surrogate, no value).
 */
export function canonicalJson(value: unknown): string {
  let text: string | undefined;
  try {
    text = canonicalize(value);
  } catch (cause) {
    throw new TypeError(`not representable as canonical JSON: ${messageOf(cause)}`, { cause });
  }
  if (text === undefined) throw new TypeError('not representable as canonical JSON: no value');
  return text;
}

/**
 * Copies a value as its canonical JSON has it, reading each member once: whatever a getter, a proxy
 * or another holder of the value does afterwards, the copy stays. Throws as `canonicalJson` does,
 * and on what is nested too deep.
 */
export function canonicalCopy(value: unknown): unknown {
  const copy: unknown = JSON.parse(canonicalJson(value));
  if (isDeeperThan(copy, DEPTH_MAX)) throw new TypeError(`nested more than ${DEPTH_MAX} deep`);
  return copy;
}

/** The same, and nobody can change it: for foreign code that only has to look at it. */
export function frozenCopy(value: unknown): unknown {
  return deepFreeze(canonicalCopy(value));
}

function deepFreeze(value: unknown): unknown {
  if (typeof value === 'object' && value !== null) Object.values(value).forEach(deepFreeze);
  return Object.freeze(value);
}

function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((item) => isDeeperThan(item, levels - 1));
}

/** sha256 as 64 lower-case hex digits, over UTF-8. */
export function sha256(text: string): string {
  return hash('sha256', text, 'hex');
}

/** The content hash of a JSON value. */
export function contentHash(value: unknown): string {
  return sha256(canonicalJson(value));
}
