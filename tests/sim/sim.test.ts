/** Fixed seeds of the simulated world. A seed that fails prints its trace, and fails again. */
import { describe, expect, test } from 'vitest';
import { FLAWS } from './flaws.ts';
import { simulate } from './simulate.ts';

const SEEDS = Array.from({ length: 200 }, (_, index) => index + 1);

test.each(SEEDS)('seed %i leaves nothing to object to', async (seed) => {
  const { violations, trace } = await simulate(seed);
  expect(violations, trace.join('\n')).toEqual([]);
});

test('a seed plays the same world each time', async () => {
  expect(await simulate(7)).toEqual(await simulate(7));
});

describe('the checkers tell where', () => {
  test.each(FLAWS)('%s: %s', async (_, checker, flaw) => {
    for (const seed of SEEDS) {
      const { violations } = await simulate(seed, flaw);
      if (violations.some((violation) => violation.startsWith(checker))) return;
    }
    expect.fail('no seed brought it to light');
  });
});
