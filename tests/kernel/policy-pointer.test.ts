/** Pointers into inputs: what is read through them, and what a changed input looks like. */
import { describe, expect, test } from 'vitest';
import { valuesAt, withValueAt } from '../../kernel/policy/pointer.ts';

describe('pointers', () => {
  test.each([
    ['', { a: 1 }, [{ a: 1 }]],
    ['/a', { a: 1 }, [1]],
    ['/a/*/b', { a: [{ b: 1 }, {}, { b: 2 }] }, [1, 2]],
    ['/*', { a: 1, b: 2 }, [1, 2]],
    ['/a/b', { a: 'text' }, []],
  ])('%s of %j are %j', (pointer, input, values) => {
    expect(valuesAt(input, pointer)).toEqual(values);
  });

  test.each([
    ['/a', { a: 1, b: 2 }, 3, { a: 3, b: 2 }],
    ['/c', { a: 1 }, 3, { a: 1, c: 3 }],
    ['/a', { a: 1, b: 2 }, undefined, { b: 2 }],
    ['/a/b', { a: { b: 1 } }, 2, { a: { b: 2 } }],
    ['/a/1', { a: [1, 2] }, 3, { a: [1, 3] }],
    ['/a/-', { a: [1] }, 2, { a: [1, 2] }],
    ['/a/0', { a: [1, 2] }, undefined, { a: [2] }],
    ['/a/5', { a: [1] }, 2, undefined],
    ['/x/y', { a: 1 }, 2, undefined],
    ['/a/b', { a: 'text' }, 2, undefined],
    ['', { a: 1 }, { b: 1 }, { b: 1 }],
  ])('%s of %j set to %j is %j', (pointer, input, value, changed) => {
    expect(withValueAt(input, pointer, value)).toEqual(changed);
  });

  test('a prototype is never set', () => {
    const changed = withValueAt({}, '/__proto__', { polluted: true }) as object;
    expect(Object.getPrototypeOf(changed)).toBe(Object.prototype);
    expect('polluted' in changed).toBe(false);
  });
});
