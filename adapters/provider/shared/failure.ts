/** How a turn fails: always as a value, with a code of the error table and plain details. */
import type { ErrorCode } from '../../../kernel/index.ts';

export type FailureCode = Extract<
  ErrorCode,
  `PROVIDER_${string}` | 'OPERATION_CANCELED' | 'CONFIGURATION_ERROR'
>;

export interface Failure {
  readonly code: FailureCode;
  /** A clause that goes on from `Model profile x:`. */
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
  /** The same request may succeed in a moment. */
  readonly isTransient: boolean;
  /** How long the provider asks to wait. */
  readonly retryAfterMs?: number | undefined;
}

export type Outcome<Value> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly failure: Failure };

/** The outcome of what went well. */
export function succeeded<Value>(value: Value): Outcome<Value> {
  return { ok: true, value };
}

/** The outcome of what did not. */
export function failed(failure: Failure): Outcome<never> {
  return { ok: false, failure };
}

/** A failure that a second try would meet again. */
export function permanent(
  code: FailureCode,
  message: string,
  details: Failure['details'] = {},
): Failure {
  return { code, message, details, isTransient: false };
}

/** A failure that the next try may not meet. */
export function transient(
  code: FailureCode,
  message: string,
  details: Failure['details'] = {},
): Failure {
  return { code, message, details, isTransient: true };
}

/** What came cannot be read as a turn; `received` goes along for whoever has to look. */
export function malformed(message: string, received?: string): Outcome<never> {
  const details = received ? { response_excerpt: received } : {};
  return failed(permanent('PROVIDER_MALFORMED_RESPONSE', message, details));
}

/** The failure of a turn that its caller stopped. */
export function canceled(): Failure {
  return permanent('OPERATION_CANCELED', 'the turn was canceled');
}
