/** Real kills of a real process on a real store: nothing is lost, and nothing happens twice. */
import { expect, test } from 'vitest';
import { countEffects, runUnderKills } from './kill.ts';

const TURNS = 6;

test.each([1, 2, 3])('seed %i: a session outlives its kills', async (seed) => {
  const { kills, last, effects, lost } = await runUnderKills(seed, TURNS);
  expect(kills).toBeGreaterThan(0);
  expect(last).toBe(`over complete ${2 * TURNS} true`);
  expect(lost).toBe(false);
  const once = countEffects(effects, 'crash:once');
  expect([...once.values()].filter((count) => count > 1)).toEqual([]);
  const again = countEffects(effects, 'crash:again');
  expect(again.size).toBe(TURNS);
});
