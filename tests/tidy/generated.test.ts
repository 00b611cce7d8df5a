/** Export lists and the error table are up to date; `UPDATE=1` rewrites them. */
import { describe, expect, test } from 'vitest';
import { errorTable, markdownTable } from './generate/error-table.ts';
import { exportList } from './generate/export-list.ts';
import { expectGeneratedFile, expectGeneratedPart, replacePart } from './generate/generated.ts';
import { doorsOf, MANIFEST } from './manifest.ts';
import { PATHS, source } from './sources.ts';

const doors = doorsOf(MANIFEST).map((door) => ({
  ...door,
  list: `fixtures/api/${door.specifier.split('/').at(-1)}.txt`,
}));

describe('what the package lets out is what its lists say', () => {
  test.each(doors)('$specifier', ({ specifier, path, list }) => {
    expect(PATHS, `package.json names ${specifier}: write ${path}`).toContain(path);
    expectGeneratedFile(list, exportList(source(path)));
  });

  test('no list without a door', () => {
    const lists = PATHS.filter((path) => path.startsWith('fixtures/api/'));
    expect(doors.map(({ list }) => list)).toEqual(expect.arrayContaining(lists));
  });
});

test('the kernel documents every error code', () => {
  expectGeneratedPart('kernel/README.md', 'error codes', errorTable());
});

describe('the generators', () => {
  test('an export list holds types and values under their public names, sorted', () => {
    const text = [
      `export { b, type C, d as a } from './x.ts';`,
      `export type { E } from './y.ts';`,
      'export const { f, g: [h] } = i;',
      'export function j() {}',
      'export interface K {}',
      'const hidden = 1;',
    ].join('\n');
    expect(exportList({ path: 'a/index.ts', text })).toBe(
      [
        'type C',
        'type E',
        'type K',
        'value a',
        'value b',
        'value f',
        'value h',
        'value j',
        '',
      ].join('\n'),
    );
  });

  test('a table is aligned', () => {
    expect(
      markdownTable([
        ['a', 'long head'],
        ['cell', 'b'],
      ]),
    ).toBe('| a    | long head |\n| ---- | --------- |\n| cell | b         |');
  });

  test('a part is replaced and the rest is left alone', () => {
    const document = 'before\n<!-- generated: x -->\nold\n<!-- end: x -->\nafter';
    expect(replacePart(document, 'x', 'new')).toBe(
      'before\n<!-- generated: x -->\n\nnew\n\n<!-- end: x -->\nafter',
    );
  });

  test.each(['no marks', '<!-- generated: x -->', '<!-- end: x -->'])('%s: refused', (document) => {
    expect(() => replacePart(document, 'x', 'new')).toThrow('exactly once');
  });
});
