/**
 * Failures with a code. Refusals inside a governed call are values that carry one; failures of an
 * operation are a `RuntimeError`. Match on `code`; messages may improve at any time.
 */
import { ERROR_TABLE, type Retry, type Row } from './error-table.ts';

export interface ErrorRow {
  readonly http: number;
  /** Process exit code of the command line. */
  readonly exit: number;
  readonly retry: Retry;
  readonly summary: string;
  readonly remedy: string;
}

export type ErrorCode = keyof typeof ERROR_TABLE;

export const ERROR_CODES = Object.keys(ERROR_TABLE) as readonly ErrorCode[];

/** The table row of a code; unknown codes (a tool's own) count as failures of the tool. */
export function describeError(code: string): ErrorRow {
  const known: Row = Object.hasOwn(ERROR_TABLE, code)
    ? ERROR_TABLE[code as ErrorCode]
    : ERROR_TABLE.TOOL_EXECUTION_FAILED;
  const [http, exit, retry, summary, remedy] = known;
  return { http, exit, retry, summary, remedy };
}

const MARKER = Symbol.for('troupe.error');

/** A failed operation: what failed, on which named thing, what was expected, what came. */
export class RuntimeError extends Error {
  readonly code: ErrorCode;
  /** Plain JSON for programs; never a secret, never live objects. */
  readonly details: Readonly<Record<string, unknown>>;
  readonly [MARKER] = true;

  constructor(
    code: ErrorCode,
    message: string,
    options: { readonly details?: Record<string, unknown>; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'RuntimeError';
    this.code = code;
    this.details = options.details ?? {};
  }

  get retry(): Retry {
    return describeError(this.code).retry;
  }
}

/** Recognises a RuntimeError across copies of the package. */
export function isRuntimeError(value: unknown): value is RuntimeError {
  return typeof value === 'object' && value !== null && MARKER in value;
}

/** What a message is cut to: foreign code writes some of them, and they stand in the evidence. */
const MESSAGE_LENGTH_MAX = 10_000;

/** The message of anything thrown, even of what has no text; JSON can always hold it. */
export function messageOf(thrown: unknown): string {
  try {
    const text: unknown = thrown instanceof Error ? thrown.message : thrown;
    return String(text).slice(0, MESSAGE_LENGTH_MAX).toWellFormed();
  } catch {
    return 'Something without a text was thrown';
  }
}
