/** Holds the time of an entry against the instant until which something could be done. */

/** An entry is stamped a moment after what it records was found to be in time. */
const STAMP_SLACK_MS = 1000;

/** Whether what an entry records was done in time. Both are ISO 8601. */
export function isInTime(expires_at: string, timestamp: string): boolean {
  return Date.parse(timestamp) < Date.parse(expires_at) + STAMP_SLACK_MS;
}
