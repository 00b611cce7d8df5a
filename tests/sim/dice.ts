/** Chance that a seed repeats, in the words of a game. */
import { sha256 } from 'troupe/kernel';
import { seededRandom } from 'troupe/testing';

export interface Dice {
  /** A whole number from `low` to `high`, both included. */
  readonly between: (low: number, high: number) => number;
  /** True so many times out of a hundred. */
  readonly chance: (percent: number) => boolean;
  /** One of these; there has to be one. */
  readonly pick: <T>(from: readonly T[]) => T;
  /** One of these, by their weights. */
  readonly weighted: <T>(from: readonly (readonly [weight: number, value: T])[]) => T;
}

/** Makes the dice of a seed and a purpose: two purposes never disturb one another. */
export function diceOf(seed: number, purpose: string): Dice {
  const random = seededRandom(Number.parseInt(sha256(`${seed} ${purpose}`).slice(0, 12), 16));
  const between = (low: number, high: number): number =>
    low + Math.floor(random() * (high - low + 1));
  const pick = <T>(from: readonly T[]): T => {
    if (from.length === 0) throw new RangeError('there is nothing to pick from');
    return from[between(0, from.length - 1)] as T;
  };
  return {
    between,
    pick,
    chance: (percent) => random() * 100 < percent,
    weighted: (from) => {
      let left = random() * from.reduce((sum, [weight]) => sum + weight, 0);
      const found = from.find(([weight]) => (left -= weight) < 0);
      return (found ?? pick(from))[1];
    },
  };
}
