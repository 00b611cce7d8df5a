/** The failures of a store, each as the RuntimeError that callers match on. */
import { RuntimeError, messageOf, type ErrorCode } from '../../kernel/index.ts';

/** Names a call that came behind `close()`. */
export function closedFailure(location: string): RuntimeError {
  return new RuntimeError('STORE_CLOSED', `Store ${location} is closed`, { details: { location } });
}

/** Names a failed read after its cause: a damaged file, a store closed meanwhile, or the disk. */
export function readFailure(location: string, cause: unknown): RuntimeError {
  const codes = codesOf(cause);
  if (codes.includes('LEVEL_CORRUPTION')) return corruptFailure(location, cause);
  if (codes.some((code) => code.endsWith('_NOT_OPEN'))) return closedFailure(location);
  return failure('STORE_READ_FAILED', `Store ${location} could not be read`, location, cause);
}

/** Names a failed write after its cause: a damaged file, or the disk. */
export function writeFailure(location: string, cause: unknown): RuntimeError {
  if (codesOf(cause).includes('LEVEL_CORRUPTION')) return corruptFailure(location, cause);
  return failure('STORE_WRITE_FAILED', `Store ${location} could not write`, location, cause);
}

function corruptFailure(location: string, cause: unknown): RuntimeError {
  return failure('STORE_CORRUPT', `Store ${location} has a damaged file`, location, cause);
}

function failure(code: ErrorCode, what: string, location: string, cause: unknown): RuntimeError {
  const why = messageOf(causesOf(cause).at(-1) ?? cause);
  return new RuntimeError(code, `${what}: ${why}`, { details: { location }, cause });
}

/** The `code` of an error and of every cause behind it, outermost first. */
export function codesOf(thrown: unknown): string[] {
  return causesOf(thrown).flatMap((error) =>
    'code' in error && typeof error.code === 'string' ? [error.code] : [],
  );
}

function causesOf(thrown: unknown): Error[] {
  return thrown instanceof Error ? [thrown, ...causesOf(thrown.cause)] : [];
}
