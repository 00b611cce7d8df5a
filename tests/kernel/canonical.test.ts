/** One text for one JSON value, as RFC 8785 has it, and one hash for one text. */
import { describe, expect, test } from 'vitest';
import { canonicalJson, contentHash, sha256 } from '../../kernel/canonical.ts';

describe('canonicalJson', () => {
  test.each<readonly [string, unknown, string]>([
    ['null', null, 'null'],
    [
      'keys by code unit',
      { b: 1, a: 2, '\u20ac': 3, A: 4, 1: 5 },
      '{"1":5,"A":4,"a":2,"b":1,"\u20ac":3}',
    ],
    ['keys beyond the basic plane', { '\ufb33': 1, '\u{1f600}': 2 }, '{"\u{1f600}":2,"\ufb33":1}'],
    ['nested values', { z: [{ y: 1, x: [] }], a: {} }, '{"a":{},"z":[{"x":[],"y":1}]}'],
    [
      'numbers',
      [333333333.33333329, 1e30, 4.5, 2e-3, 1e-27, -0],
      '[333333333.3333333,1e+30,4.5,0.002,1e-27,0]',
    ],
    ['control characters', '\u20ac$\u000f\nA\'B"\\\\"/', '"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'],
    ['absent members', { a: undefined, b: 1 }, '{"b":1}'],
    ['absent items', [undefined, 1], '[null,1]'],
    ['dates as text', new Date(0), '"1970-01-01T00:00:00.000Z"'],
  ])('%s', (_, value, text) => expect(canonicalJson(value)).toBe(text));

  const cycle: Record<string, unknown> = {};
  cycle['self'] = cycle;
  test.each<readonly [string, unknown]>([
    ['a bigint', { size: 1n }],
    ['a cycle', cycle],
    ['a lone surrogate', 'a\ud800'],
    ['a key with a lone surrogate', { 'a\udfff': 1 }],
    ['not a number', Number.NaN],
    ['infinity', [Number.POSITIVE_INFINITY]],
    ['nothing', undefined],
    ['a function', () => 1],
    ['a symbol', Symbol('a')],
  ])('refuses %s', (_, value) => {
    expect(() => canonicalJson(value)).toThrow(TypeError);
    expect(() => canonicalJson(value)).toThrow('not representable as canonical JSON');
  });

  test('it is the same again after it was read', () => {
    const leaves = [null, true, 0, -1.5, '', 'a', '\u{1f600}'];
    const values: unknown[] = leaves.flatMap((one) =>
      leaves.map((other) => ({ b: [one, { d: other, c: one }], a: other })),
    );
    const changed = values.filter((value) => {
      const text = canonicalJson(value);
      return canonicalJson(JSON.parse(text)) !== text;
    });
    expect(changed).toEqual([]);
  });
});

describe('hashes', () => {
  test.each([
    ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    ['\u00e9', '4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c'],
  ])('sha256 of %j', (text, hex) => expect(sha256(text)).toBe(hex));

  test('a content hash does not see the order of keys, and sees everything else', () => {
    expect(contentHash({ a: 1, b: [2] })).toBe(contentHash({ b: [2], a: 1 }));
    expect(contentHash({ a: 1, b: [2] })).toBe(sha256('{"a":1,"b":[2]}'));
    const others = [{ a: 1 }, { a: '1' }, { a: [1] }, { A: 1 }, [1], 1, '1'];
    expect(new Set(others.map(contentHash)).size).toBe(others.length);
  });
});
