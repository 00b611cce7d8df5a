/** Every case of the earlier system is held by a test that is there, or said to come later. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { CASES } from './cases.ts';

const COUNTS = { C: 2, M: 3, P: 3, O: 4, R: 2, W: 2, S: 1, K: 2, T: 10, Q: 22 };
const QUOTES = ["'", '"', '`'];
const cases = Object.entries(CASES).map(([id, each]) => [id, each.says, each] as const);

test('every case is in the table, and nothing else', () => {
  const ids = Object.entries(COUNTS).flatMap(([letter, count]) =>
    Array.from({ length: count }, (_, index) => `${letter}${index + 1}`),
  );
  expect(Object.keys(CASES).sort()).toEqual(ids.sort());
});

describe('a case is held by tests that are there, or by an issue', () => {
  test.each(cases)('%s %s', (_id, _says, { held = [], later }) => {
    expect(held.length > 0 || later !== undefined).toBe(true);
    for (const [file, title] of held) {
      const path = new URL(`../${file}`, import.meta.url);
      expect(existsSync(path), file).toBe(true);
      const text = readFileSync(path, 'utf8');
      expect(
        QUOTES.some((quote) => text.includes(`${quote}${title}${quote}`)),
        title,
      ).toBe(true);
    }
    if (later !== undefined) expect(later).toMatch(/^issue \d+: ./);
  });
});
