/** The same seed gives the same ids and numbers, another seed gives others. */
import { describe, expect, test } from 'vitest';
import { sessionId } from '../../kernel/index.ts';
import { seededIds, seededRandom } from '../../src/testing/index.ts';

const COUNT = 1000;
const idsOf = (seed: number): readonly string[] => {
  const ids = seededIds(seed);
  return Array.from({ length: COUNT }, () => ids.next('run'));
};
const numbersOf = (seed: number): readonly number[] => {
  const random = seededRandom(seed);
  return Array.from({ length: COUNT }, random);
};

const SEEDS = [0, 1, -1, 42, 2 ** 32, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER];

describe.each(SEEDS)('seed %d', (seed) => {
  test('gives the same ids again, and none twice', () => {
    expect(idsOf(seed)).toEqual(idsOf(seed));
    expect(new Set(idsOf(seed)).size).toBe(COUNT);
  });

  test('gives ids that the contract takes', () => {
    expect(idsOf(seed).every((id) => sessionId.safeParse(id).success)).toBe(true);
  });

  test('gives numbers in [0, 1), spread evenly', () => {
    const numbers = numbersOf(seed);
    expect(numbers.every((number) => number >= 0 && number < 1)).toBe(true);
    const tenths = numbers.map((number) => Math.floor(number * 10));
    const counts = Array.from(
      { length: 10 },
      (_, tenth) => tenths.filter((n) => n === tenth).length,
    );
    expect(Math.min(...counts)).toBeGreaterThan(60);
    expect(Math.max(...counts)).toBeLessThan(140);
  });
});

test('every seed has ids of its own', () => {
  const firsts = SEEDS.map((seed) => idsOf(seed)[0]);
  expect(new Set(firsts).size).toBe(SEEDS.length);
});

test('the prefix stands in front and changes nothing else', () => {
  expect(seededIds(7).next('approval')).toBe(seededIds(7).next('run').replace('run-', 'approval-'));
});

test('what a seed gives stays what it is', () => {
  const ids = seededIds(1);
  expect([ids.next('run'), ids.next('run')]).toMatchInlineSnapshot(`
    [
      "run-77eef7246f99472c65c868236a161a47",
      "run-78c8aace63091598a2aa2971f7bc3fb2",
    ]
  `);
  expect(numbersOf(1).slice(0, 2)).toMatchInlineSnapshot(`
    [
      0.4684900725260377,
      0.4359325869008899,
    ]
  `);
});

test.each([0.5, Number.NaN, Infinity, 2 ** 53])('%d is no seed', (seed) => {
  expect(() => seededIds(seed)).toThrow(RangeError);
});
