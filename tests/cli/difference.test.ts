/** What an edit changed, place by place. */
import { expect, test } from 'vitest';
import { differences, differenceText, type Difference } from '../../src/cli/render/difference.ts';
import { createStyle } from '../../src/cli/render/style.ts';

// prettier-ignore
test.each<[what: string, before: unknown, after: unknown, found: readonly Difference[]]>([
  ['nothing',                { a: 1, b: [2] },  { b: [2], a: 1 },  []],
  ['a member',               { a: 1 },          { a: 2 },          [{ path: '/a', before: 1, after: 2 }]],
  ['a member that is new',   {},                { a: null },       [{ path: '/a', after: null }]],
  ['a member that is gone',  { a: null },       {},                [{ path: '/a', before: null }]],
  ['one far down',           { a: [{ b: 1 }] }, { a: [{ b: 2 }] }, [{ path: '/a/0/b', before: 1, after: 2 }]],
  ['a list that is shorter', { a: [1, 2] },     { a: [1] },        [{ path: '/a/1', before: 2 }]],
  ['a kind of value',        { a: [] },         { a: {} },         [{ path: '/a', before: [], after: {} }]],
  ['names to be escaped',    { 'a/b~c': 1 },    { 'a/b~c': 2 },    [{ path: '/a~1b~0c', before: 1, after: 2 }]],
  ['a name of JavaScript',   {},                JSON.parse('{"__proto__":1}') as object, [{ path: '/__proto__', after: 1 }]],
])('%s', (_, before, after, found) => {
  expect(differences(before, after)).toEqual(found);
});

test('it is written a line for each place, and nothing hides in it', () => {
  const before = { keep: 1, name: 'printer', old: true };
  const after = { keep: 1, name: 'scan\u202ener', new: [] };
  expect(differenceText(before, after, createStyle(false))).toBe(
    [
      'edited',
      '  /name "printer" -> "scan\\u202ener"',
      '  /old removed true',
      '  /new added []',
    ].join('\n'),
  );
  expect(differenceText(before, before, createStyle(false))).toBe('edited\n  nothing');
});
