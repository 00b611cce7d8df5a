/** The glossary, the abbreviations and the file names fire on whole words and on nothing else. */
import { describe, expect, test } from 'vitest';
import { ABBREVIATIONS, BANNED_FILE_NAMES, BANNED_WORDS } from './data/glossary.ts';
import { checkNames } from './rules/names.ts';

const check = (path: string, text: string): readonly string[] =>
  checkNames([{ path, text }]).map(({ rule }) => rule);

const wordsOf = (rows: typeof BANNED_WORDS) => rows.flatMap(({ words }) => words);

describe.each(wordsOf(BANNED_WORDS))('the word %s', (word) => {
  const capital = word.charAt(0).toUpperCase() + word.slice(1);

  test('fires in exported names and in wire fields', () => {
    expect(check('src/a.ts', `export function find${capital}() {}`)).toEqual(['glossary']);
    expect(check('src/a.ts', `export const ${word.toUpperCase()}_MAX = 1;`)).toEqual(['glossary']);
    expect(check('src/index.ts', `export { ${word} } from './a.ts';`)).toEqual(['glossary']);
    expect(check('kernel/contract/a.ts', `z.object({ ${word}_id: id });`)).toEqual(['glossary']);
  });

  test('passes inside a file and inside a longer word', () => {
    expect(check('src/a.ts', `const ${word}Count = 1;`)).toEqual([]);
    expect(check('src/a.ts', `export const x${word}x = 1;`)).toEqual([]);
  });
});

describe.each(wordsOf(ABBREVIATIONS))('the abbreviation %s', (word) => {
  test('fires in any declared name', () => {
    expect(check('src/a.ts', `const ${word} = 1;`)).toEqual(['abbreviation']);
    expect(check('src/a.ts', `function f({ a: ${word}_a }: A) {}`)).toEqual(['abbreviation']);
  });

  test('passes inside a longer word and in names that others gave', () => {
    expect(check('src/a.ts', `const x${word}x = other.${word};`)).toEqual([]);
  });
});

test.each([
  ['kernel/canonicalJson.ts', ['file-name']],
  ['kernel/canonical_json.ts', ['file-name']],
  ...BANNED_FILE_NAMES.map((name): [string, string[]] => [`src/${name}.ts`, ['file-name']]),
  ['kernel/canonical-json.ts', []],
  ['machines/session/session.machine.ts', []],
  ['machines/session/session.types.ts', []],
  ['tests/regression/0001-lost-update.test.ts', []],
])('%s', (path, expected) => {
  expect(check(path, '')).toEqual(expected);
});
