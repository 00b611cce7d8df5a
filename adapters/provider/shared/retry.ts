/** When a failed attempt is made again, and how long is waited before it. */
import type { Failure } from './failure.ts';

const BACKOFF_MS = 500;
const BACKOFF_MS_MAX = 16_000;
const RETRY_AFTER_MS_MAX = 60_000;

/**
 * How long to wait before the attempt behind the one with `attemptIndex`: what the provider asks
 * for, a minute at most, or else an exponential backoff of which half is left to chance.
 */
export function retryDelayMs(
  attemptIndex: number,
  { retryAfterMs }: Pick<Failure, 'retryAfterMs'>,
  random: () => number,
): number {
  if (retryAfterMs !== undefined) return Math.min(retryAfterMs, RETRY_AFTER_MS_MAX);
  const backoff = Math.min(BACKOFF_MS * 2 ** attemptIndex, BACKOFF_MS_MAX);
  return Math.round(backoff * (0.5 + random() / 2));
}

const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/** Reads a `Retry-After` header: seconds, or an HTTP date against the present instant. */
export function parseRetryAfter(header: string | undefined, nowMs: number): number | undefined {
  const text = header?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(text)) return Math.round(Number(text) * 1000);
  return HTTP_DATE.test(text) ? Math.max(0, Date.parse(text) - nowMs) : undefined;
}
