/**
 * Ids as people type them: whole, or as much of the beginning as only one of them has. A mistyped
 * one is answered with what may have been meant.
 */
import { didYouMean } from '../../config/index.ts';
import { isRuntimeError, RuntimeError, type ErrorCode } from '../../kernel/index.ts';
import type { Runtime } from '../runtime/runtime.ts';

/** How many ids a message names. */
const NAMED_MAX = 5;

/** @throws RuntimeError SESSION_NOT_FOUND, STORE_CORRUPT */
export function knownSession({ sessions, evidence }: Runtime, given: string): Promise<string> {
  return known(given, {
    what: 'session',
    notFound: 'SESSION_NOT_FOUND',
    look: () => sessions.summary(given),
    others: () => Array.fromAsync(evidence.sessions()),
  });
}

/**
 * Knows every request by its whole id, and the pending ones by the beginning.
 * @throws RuntimeError APPROVAL_NOT_FOUND, STORE_CORRUPT
 */
export function knownRequest({ approvals }: Runtime, given: string): Promise<string> {
  return known(given, {
    what: 'pending approval',
    notFound: 'APPROVAL_NOT_FOUND',
    look: () => approvals.get(given),
    others: async () => (await approvals.list()).map(({ request_id }) => request_id),
  });
}

interface Search {
  readonly what: string;
  readonly notFound: ErrorCode;
  /** Rejects with `notFound` where nothing has the whole id. */
  readonly look: () => Promise<unknown>;
  readonly others: () => Promise<readonly string[]>;
}

async function known(given: string, { what, notFound, look, others }: Search): Promise<string> {
  try {
    await look();
    return given;
  } catch (thrown) {
    if (!isRuntimeError(thrown) || thrown.code !== notFound) throw thrown;
    const ids = await others();
    const begun = given === '' ? [] : ids.filter((id) => id.startsWith(given));
    const [only] = begun;
    if (only !== undefined && begun.length === 1) return only;
    throw new RuntimeError(notFound, complaint(given, what, { begun, ids }), { cause: thrown });
  }
}

interface Candidates {
  readonly begun: readonly string[];
  readonly ids: readonly string[];
}

function complaint(given: string, what: string, { begun, ids }: Candidates): string {
  const quoted = JSON.stringify(given);
  if (begun.length === 0) {
    return [`There is no ${what} ${quoted}`, didYouMean(given, ids, '')].filter(Boolean).join('. ');
  }
  const more = begun.length > NAMED_MAX ? ', …' : '';
  const named = begun.slice(0, NAMED_MAX).join(', ');
  return `${quoted} is the beginning of more than one ${what}: ${named}${more}`;
}
