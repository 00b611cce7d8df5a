/** Dead files and dead exports are found; what a door, a program or a neighbour uses is not. */
import { describe, expect, test } from 'vitest';
import { checkDeadExports } from './rules/dead-exports.ts';
import { checkDeadFiles } from './rules/dead-files.ts';
import { toLines, type Source } from './violation.ts';

const house = (files: Readonly<Record<string, string>>): readonly Source[] =>
  Object.entries(files).map(([path, text]) => ({ path, text }));

describe('files', () => {
  const dead = (files: Readonly<Record<string, string>>): readonly string[] =>
    checkDeadFiles(house(files), ['src/index.ts']).map(({ path, rule }) => `${rule} ${path}`);

  test.each([
    ['an import', `import { b } from './b.ts';`],
    ['a re-export', `export { b } from './b.ts';`],
    ['a dynamic import', `const { b } = await import('./b.ts');`],
    ['an import type', `export type B = import('./b.ts').B;`],
    ['a worker', `new Worker(new URL('./b.ts', import.meta.url));`],
  ])('%s keeps a file alive', (_, text) => {
    expect(dead({ 'src/index.ts': text, 'src/b.ts': '' })).toEqual([]);
  });

  test('a chain keeps a file alive, a mention and a dead file do not', () => {
    expect(
      dead({
        'src/index.ts': `import './b.ts'; // import './x.ts'`,
        'src/b.ts': `import '../kernel/c.ts';`,
        'kernel/c.ts': '',
        'src/x.ts': '',
        'src/y.ts': `import './z.ts';`,
        'src/z.ts': '',
      }),
    ).toEqual(['dead-file src/x.ts', 'dead-file src/y.ts', 'dead-file src/z.ts']);
  });

  test('an entry that is not there is named', () => {
    expect(dead({})).toEqual(['missing-entry package.json']);
  });
});

describe('exports', () => {
  const declaration = 'export const a = 1;\n';
  const dead = (files: Readonly<Record<string, string>>): readonly string[] => {
    const sources = house(files);
    const published = sources.filter(({ path }) => path.startsWith('src/'));
    return toLines(checkDeadExports(published, sources));
  };

  test.each([
    ['nobody', { 'src/a.ts': declaration }],
    ['only its own file', { 'src/a.ts': `${declaration}f(a);` }],
    ['only a test', { 'src/a.ts': declaration, 'tests/a.ts': `import { a } from '../src/a.ts';` }],
    [
      'a file that takes another name',
      { 'src/a.ts': declaration, 'src/b.ts': `import { b as a } from './a.ts';` },
    ],
    [
      'a file that takes it from elsewhere',
      { 'src/a.ts': declaration, 'src/b.ts': `import { a } from './c.ts';` },
    ],
  ])('used by %s it is dead', (_, files) => {
    expect(dead(files)).toEqual([
      'src/a.ts:1 dead-export: a has no user: delete it, or stop exporting it',
    ]);
  });

  test.each([
    ['a neighbour', { 'src/b.ts': `import { a } from './a.ts';` }],
    ['a neighbour that renames it', { 'src/b.ts': `import { a as b } from './a.ts';` }],
    ['a neighbour that takes all', { 'src/b.ts': `import * as all from './a.ts';` }],
    ['an index', { 'src/index.ts': `export { a } from './a.ts';` }],
    ['an import type', { 'src/b.ts': `type A = typeof import('./a.ts').a;` }],
  ])('used by %s it is alive', (_, files) => {
    expect(dead({ 'src/a.ts': declaration, ...files })).toEqual([]);
  });

  test('used at home and in a test it is alive', () => {
    const user = `import { a } from '../src/a.ts';`;
    expect(dead({ 'src/a.ts': `${declaration}f(a);`, 'tests/a.ts': user })).toEqual([]);
  });

  test('a type is alive in the signature that it belongs to, and dead alone', () => {
    const type = 'export interface a {}\n';
    expect(dead({ 'src/a.ts': `${type}function f(): a {}` })).toEqual([]);
    expect(dead({ 'src/a.ts': type })).toHaveLength(1);
  });
});
