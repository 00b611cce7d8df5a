/** A reason for Node to stay: a timer that it waits for, and that never rings. */

/** The longest that a timer of Node can be. */
const FOR_EVER_MS = 2 ** 31 - 1;

/** Has the process stay until the answer is called. */
export function stay(): () => void {
  const timer = setInterval(() => {}, FOR_EVER_MS);
  return () => clearInterval(timer);
}
