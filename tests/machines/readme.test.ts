/** machines/README.md is what the charts are. */
import { format, resolveConfig } from 'prettier';
import { expect, test } from 'vitest';
import { sessionMachine } from '../../machines/index.ts';
import { expectGeneratedFile } from '../tidy/generate/generated.ts';
import { ROOT } from '../tidy/sources.ts';
import { readme } from './support/readme.ts';

const PATH = 'machines/README.md';

test('the README of the machines is up to date', () => {
  expectGeneratedFile(PATH, readme([sessionMachine]));
});

test('it is written as Prettier would write it', async () => {
  const text = readme([sessionMachine]);
  const style = await resolveConfig(`${ROOT}${PATH}`);
  expect(await format(text, { ...style, parser: 'markdown' })).toBe(text);
});
