/** Randomness that a seed reproduces, for tests and simulations only. */
import type { IdSource } from '../../kernel/index.ts';

/** Answers the next number in [0, 1). */
export type Random = () => number;

/** Rounds that mix the seed into the whole state before the first number is given out. */
const WARM_UP_ROUNDS = 12;
const TWO_TO_32 = 2 ** 32;

/**
 * Makes a reproducible random source: sfc32, the 32-bit "small fast counting" generator of the
 * PractRand suite, seeded as there (0, low word, high word, counter 1, then twelve rounds).
 * Not for secrets.
 */
export function seededRandom(seed: number): Random {
  const words = sfc32(seed);
  return () => words() / TWO_TO_32;
}

/**
 * Makes ids that are the same in every run: `<prefix>-` and 32 hex digits.
 * @example
 * const first = seededIds(1).next('run');
 * seededIds(1).next('run') === first; // => true
 */
export function seededIds(seed: number): IdSource {
  const words = sfc32(seed);
  const hex = (): string => words().toString(16).padStart(8, '0');
  return { next: (prefix) => `${prefix}-${hex()}${hex()}${hex()}${hex()}` };
}

/** Answers unsigned 32-bit words. */
function sfc32(seed: number): () => number {
  if (!Number.isSafeInteger(seed)) throw new RangeError(`a seed is a safe integer, not ${seed}`);
  let a = 0;
  let b = seed | 0;
  let c = Math.floor(seed / TWO_TO_32) | 0;
  let counter = 1;
  const next = (): number => {
    const word = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + word) | 0;
    return word >>> 0;
  };
  for (let round = 0; round < WARM_UP_ROUNDS; round += 1) next();
  return next;
}
