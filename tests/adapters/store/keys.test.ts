/** The key grammar: what keys look like, that they come back, sort as tuples and never collide. */
import { describe, expect, test } from 'vitest';
import { HOSTILE_IDS } from '../../../adapters/store/conformance/hostile-ids.ts';
import { decodeKey, encodeKey, encodeRange, type KeyFamily } from '../../../adapters/store/keys.ts';
import type { RecordKey, Scan } from '../../../kernel/index.ts';

const POSITIONS = [0, 1, 9, 10, 4_294_967_296, Number.MAX_SAFE_INTEGER];

describe('what keys look like', () => {
  // prettier-ignore
  test.each<[KeyFamily, RecordKey, string]>([
    ['meta',          ['format'],        'meta!format!'],
    ['session',       ['s-1'],           'session!s-1!'],
    ['running',       ['s-1'],           'running!s-1!'],
    ['session_start', ['s-1'],           'session_start!s-1!'],
    ['workflow',      ['s-1'],           'workflow!s-1!'],
    ['head',          ['a:b@c.d'],       'head!a:b@c.d!'],
    ['signature',     ['s-1'],           'signature!s-1!'],
    ['tombstone',     ['s-1'],           'tombstone!s-1!'],
    ['evidence',      ['s-1', 0],        'evidence!s-1!0000000000000000!'],
    ['message',       ['s-1', 1234],     'message!s-1!0000000000001234!'],
    ['blob',          ['0af'],           'blob!0af!'],
    ['approval',      ['s-1', 'r-1'],    'approval!s-1!r-1!'],
    ['approval_ref',  ['r-1'],           'approval_ref!r-1!'],
    ['wakeup',        [1.7e12, 's-1/n'], 'wakeup!0001700000000000!s-1/n!'],
    ['session',       [''],              'session!!'],
    ['session',       ['../'],           'session!../!'],
    ['session',       ['a!b'],           'session!a"000021b!'],
    ['session',       ['a"b c\0'],       'session!a"000022b"000020c"000000!'],
    ['session',       ['~'],             'session!~00007e!'],
    ['session',       ['é😀'],           'session!~0000e9~01f600!'],
    ['session',       ['\ud800'],        'session!~00d800!'],
  ])('%s %j → %s', (family, key, text) => {
    expect(encodeKey(family, key)).toBe(text);
    expect(decodeKey(family, text)).toEqual(key);
  });
});

/** Every key of a family over the hostile ids and the positions that matter. */
function keysOf(family: 'session' | 'evidence' | 'approval' | 'wakeup'): RecordKey[] {
  const ids = HOSTILE_IDS.filter((id) => id.length < 100);
  switch (family) {
    case 'session':
      return HOSTILE_IDS.map((id) => [id]);
    case 'evidence':
      return ids.flatMap((id) => POSITIONS.map((position) => [id, position]));
    case 'approval':
      return ids.flatMap((id) => ids.map((other) => [id, other]));
    case 'wakeup':
      return POSITIONS.flatMap((position) => ids.map((id) => [position, id]));
  }
}

const compareTexts = (left: string, right: string): number => {
  const [a, b] = [Array.from(left), Array.from(right)];
  const at = a.findIndex((character, index) => character !== b[index]);
  if (at < 0) return a.length - b.length;
  return (a[at]?.codePointAt(0) ?? 0) - (b[at]?.codePointAt(0) ?? -1);
};

/** What the order of keys has to be, said without any encoding. */
function compareTuples(left: RecordKey, right: RecordKey): number {
  for (const [index, a] of left.entries()) {
    const b = right[index];
    const order = typeof a === 'number' ? a - (b as number) : compareTexts(a, b as string);
    if (order !== 0) return order;
  }
  return 0;
}

describe.each(['session', 'evidence', 'approval', 'wakeup'] as const)('every %s key', (family) => {
  const keys = keysOf(family);
  const texts = keys.map((key) => encodeKey(family, key));

  test('comes back as it was', () => {
    expect(texts.map((text) => decodeKey(family, text))).toEqual(keys);
  });

  test('is printable ASCII and shared with no other', () => {
    expect(texts.filter((text) => !/^[!-~]+$/.test(text))).toEqual([]);
    expect(new Set(texts).size).toBe(keys.length);
  });

  test('sorts as its tuple does', () => {
    const sorted = texts.toSorted().map((text) => decodeKey(family, text));
    expect(sorted).toEqual(keys.toSorted(compareTuples));
  });

  test('lies in the ranges of its own prefixes only', () => {
    const length = keys[0]?.length ?? 0;
    for (const prefix of length > 1 ? keys.map((key) => key.slice(0, 1)) : keys) {
      const { gte, lt } = encodeRange(family, { prefix });
      const found = texts.filter((text) => text >= gte && text < lt);
      const expected = texts.filter((_, index) => keys[index]?.[0] === prefix[0]);
      expect(found).toEqual(expected);
    }
  });
});

describe('ranges', () => {
  // prettier-ignore
  test.each<[KeyFamily, Scan | undefined, string, string]>([
    ['wakeup',   undefined,               'wakeup!',                      'wakeup"'],
    ['wakeup',   { to: 5 },               'wakeup!',                      'wakeup!0000000000000005"'],
    ['wakeup',   { from: 5 },             'wakeup!0000000000000005!',     'wakeup"'],
    ['evidence', { prefix: ['a'] },       'evidence!a!',                  'evidence!a"'],
    ['evidence', { prefix: ['a', 1] },    'evidence!a!0000000000000001!', 'evidence!a!0000000000000001"'],
    ['approval', { from: 'a', to: 'a!' }, 'approval!a!',                  'approval!a"000021"'],
  ])('%s %j', (family, scan, gte, lt) => {
    expect(encodeRange(family, scan)).toEqual({ gte, lt, limit: Infinity, reverse: false });
  });

  test('limit and direction pass through', () => {
    const range = encodeRange('session', { limit: 0, reverse: true });
    expect(range).toMatchObject({ limit: 0, reverse: true });
  });
});

describe('a key that does not fit is a bug of its maker', () => {
  test.each<[KeyFamily, RecordKey, string]>([
    ['session', [], 'expected 1, got 0'],
    ['session', ['a', 'b'], 'expected 1, got 2'],
    ['session', [1], 'part 0 of a key of session must be a string, got 1'],
    ['evidence', ['a', '1'], 'must be a whole number from 0 to 2^53 - 1, got 1'],
    ['evidence', ['a', -1], 'got -1'],
    ['evidence', ['a', 0.5], 'got 0.5'],
    ['evidence', ['a', NaN], 'got NaN'],
    ['evidence', ['a', 2 ** 53], 'got 9007199254740992'],
  ])('%s %j', (family, key, message) => {
    expect(() => encodeKey(family, key)).toThrow(TypeError);
    expect(() => encodeKey(family, key)).toThrow(message);
  });

  test('in a scan too', () => {
    expect(() => encodeRange('session', { prefix: ['a'], from: 'b' })).toThrow('left out, got b');
    expect(() => encodeRange('session', { limit: 1.5 })).toThrow('must be a count, got 1.5');
  });
});

describe('a text that nobody encoded is STORE_CORRUPT', () => {
  test.each<[KeyFamily, string]>([
    ['session', ''],
    ['session', 'session'],
    ['session', 'session!'],
    ['session', 'session!a'],
    ['session', 'session!a!b!'],
    ['session', 'session_start!a!'],
    ['session', 'session!é!'],
    ['session', 'session!~00e9!'],
    ['session', 'session!~000041!'],
    ['session', 'session!~0000E9!'],
    ['session', 'session!"00007e!'],
    ['session', 'session!~110000!'],
    ['session', 'session!~00d800~00dc00!'],
    ['evidence', 'evidence!a!1!'],
    ['evidence', 'evidence!a!000000000000000x!'],
    ['evidence', 'evidence!a!9999999999999999!'],
  ])('%s %j', (family, text) => {
    expect(() => decodeKey(family, text)).toThrow(
      expect.objectContaining({ code: 'STORE_CORRUPT' }) as Error,
    );
  });
});
