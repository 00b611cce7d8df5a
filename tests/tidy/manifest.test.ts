/** The manifest rules fire on loose versions, a wrong Node, and undeclared or idle packages. */
import { expect, test } from 'vitest';
import { doorsOf, entriesOf, MANIFEST, type Manifest } from './manifest.ts';
import { checkManifest } from './rules/manifest.ts';

const good: Manifest = {
  ...MANIFEST,
  engines: { node: '>=22.19' },
  dependencies: { zod: '4.6.7' },
  devDependencies: { node: '24.21.0', tsc7: 'npm:typescript@7.0.2' },
  peerDependencies: { '@statelyai/inspect': '>=0.7' },
};

const code = `import 'zod'; import './b.ts'; import 'node:crypto';`;

const check = (change: Partial<Manifest>, text = code) =>
  checkManifest({ ...good, ...change }, [{ path: 'src/a.ts', text }]).map(({ message }) => message);

test.each([
  ['as it should be', {}, undefined, undefined],
  ['a range', { dependencies: { zod: '^4.6.7' } }, undefined, 'pin one exact version'],
  ['a tag', { devDependencies: { node: '24.21.0', a: 'latest' } }, undefined, 'pin one exact'],
  ['no engines', { engines: {} }, undefined, 'engines.node names'],
  ['no Node', { devDependencies: {} }, undefined, 'devDependencies.node brings'],
  ['an old Node', { devDependencies: { node: '22.18.0' } }, undefined, 'is older than'],
  ['a young floor', { engines: { node: '>=25.0' } }, undefined, 'is older than'],
  ['an undeclared package', {}, `${code} import 'level';`, 'level is imported'],
  ['an optional peer', {}, `${code} import '@statelyai/inspect/server';`, undefined],
  ['an idle package', {}, '', 'no published file imports zod'],
])('%s', (_, change: Partial<Manifest>, text, expected) => {
  expect(check(change, text)).toEqual(
    expected === undefined ? [] : [expect.stringContaining(expected)],
  );
});

test('doors and programs lead to their sources', () => {
  const manifest: Manifest = {
    ...good,
    name: 'troupe',
    bin: { troupe: 'dist/src/cli/main.js' },
    exports: {
      '.': { default: './dist/src/index.js' },
      './kernel': { default: './dist/kernel/index.js' },
      './package.json': './package.json',
    },
  };
  expect(doorsOf(manifest)).toEqual([
    { specifier: 'troupe', path: 'src/index.ts' },
    { specifier: 'troupe/kernel', path: 'kernel/index.ts' },
  ]);
  expect(entriesOf(manifest)).toEqual(['src/index.ts', 'kernel/index.ts', 'src/cli/main.ts']);
});
