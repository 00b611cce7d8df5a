/**
 * Ids as people type them: whole, or as much of the beginning as only one of them has. A mistyped
 * one is answered with what may have been meant.
 */
import { didYouMean } from '../../config/index.ts';
import { isRuntimeError, RuntimeError, type ErrorCode } from '../../kernel/index.ts';
import type { Evidence } from '../runtime/evidence.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { clip } from './printable.ts';

/** Finds a session. @throws RuntimeError SESSION_NOT_FOUND, STORE_CORRUPT */
export async function knownSession(runtime: Runtime, given: string): Promise<string> {
  const { sessions, evidence } = runtime;
  const isThere = await finds(() => sessions.summary(given), SESSION.code);
  return isThere ? given : knownChain(evidence, given);
}

/** Finds a session that has evidence, damaged or not. @throws RuntimeError SESSION_NOT_FOUND */
export async function knownChain(evidence: Evidence, given: string): Promise<string> {
  return pick(given, await Array.fromAsync(evidence.sessions()), SESSION);
}

/**
 * Finds a request: every one by its whole id, and the pending ones by the beginning.
 * @throws RuntimeError APPROVAL_NOT_FOUND, STORE_CORRUPT
 */
export async function knownRequest({ approvals }: Runtime, given: string): Promise<string> {
  if (await finds(() => approvals.get(given), REQUEST.code)) return given;
  return pick(given, idsOf(await approvals.list()), REQUEST);
}

/**
 * Finds an approval that grants something: every one by its whole id, and those whose grant is in
 * force by the beginning.
 * @throws RuntimeError APPROVAL_NOT_FOUND, STORE_CORRUPT
 */
export async function knownGrant({ approvals }: Runtime, given: string): Promise<string> {
  if (await finds(() => approvals.get(given), GRANT.code)) return given;
  return pick(given, idsOf(await approvals.grants()), GRANT);
}

const idsOf = (records: readonly { readonly request_id: string }[]): readonly string[] =>
  records.map(({ request_id }) => request_id);

interface Sought {
  readonly name: string;
  readonly code: ErrorCode;
}

const SESSION: Sought = { name: 'session', code: 'SESSION_NOT_FOUND' };
const REQUEST: Sought = { name: 'pending approval', code: 'APPROVAL_NOT_FOUND' };
const GRANT: Sought = { name: 'grant in force', code: 'APPROVAL_NOT_FOUND' };

async function finds(look: () => Promise<unknown>, notFound: ErrorCode): Promise<boolean> {
  try {
    await look();
    return true;
  } catch (thrown) {
    if (isRuntimeError(thrown) && thrown.code === notFound) return false;
    throw thrown;
  }
}

/** How many ids a message names. */
const NAMED_MAX = 5;

/** An id is much shorter than this. */
const SHOWN_LENGTH_MAX = 200;

function pick(given: string, ids: readonly string[], { name, code }: Sought): string {
  if (ids.includes(given)) return given;
  const begun = given === '' ? [] : ids.filter((id) => id.startsWith(given));
  const [only, another] = begun;
  const quoted = JSON.stringify(clip(given, SHOWN_LENGTH_MAX));
  if (only === undefined) {
    const meant = didYouMean(given, ids, '');
    const absent = `There is no ${name} ${quoted}`;
    throw new RuntimeError(code, meant === '' ? absent : `${absent}. ${meant}`);
  }
  if (another === undefined) return only;
  const named = begun.slice(0, NAMED_MAX).join(', ') + (begun.length > NAMED_MAX ? ', …' : '');
  throw new RuntimeError(code, `${quoted} is the beginning of more than one ${name}: ${named}`);
}
