/** Randomness for what may vary freely, such as the jitter of a backoff. */

/** Draws a number from 0 up to 1. */
export const systemRandom = (): number => Math.random();
