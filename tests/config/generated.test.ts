/**
 * What is made from the schema is up to date: the field table of config/README.md and the JSON
 * Schema for editors (`UPDATE=1 npx vitest run tests/config` rewrites both), and the example.
 */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { format } from 'prettier';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { parseWorkspace, workspaceJsonSchema } from '../../config/index.ts';
import { expectGeneratedFile, expectGeneratedPart } from '../tidy/generate/generated.ts';
import { fieldTable } from './support/field-table.ts';
import { PROFILE, withProfile } from './support/told.ts';

const EXAMPLE = readFileSync(
  new URL('../../config/workspace.example.yaml', import.meta.url),
  'utf8',
);

test('config/README.md has every field', () => {
  expectGeneratedPart('config/README.md', 'fields', fieldTable());
});

test('every field says what it means', () => {
  const silent = fieldTable()
    .split('\n')
    .filter((row) => /\|\s*\|$/.test(row));
  expect(silent).toEqual([]);
});

test('config/workspace.schema.json is what the parser parses by', async () => {
  const text = await format(JSON.stringify(workspaceJsonSchema()), {
    parser: 'json',
    printWidth: 100,
  });
  expectGeneratedFile('config/workspace.schema.json', text);
});

describe('the schema for editors', () => {
  const ajv = formats.default(new Ajv2020({ allErrors: true, strictRequired: false }));
  const validate = ajv.compile(workspaceJsonSchema());

  test('accepts the example', () => {
    expect(validate(parse(EXAMPLE)), ajv.errorsText(validate.errors)).toBe(true);
  });

  test.each([
    ['nothing but what is needed', withProfile(...PROFILE), true],
    ['an unknown key', 'lane: []', false],
    ['a model profile without an address', withProfile(...PROFILE.slice(0, 3)), false],
    ['a name that objects inherit', '{agent_runtime: {models: {__proto__: {}}}}', false],
    ['a path that leaves the workspace', 'troupe: {store: ../x}', false],
  ])('and the parser agree on %s', (_, text, isGood) => {
    expect(validate(parse(text))).toBe(isGood);
    expect(parseWorkspace(text).problems.length === 0).toBe(isGood);
  });
});

describe('the example', () => {
  test('has no problems', () => {
    expect(parseWorkspace(EXAMPLE).problems).toEqual([]);
  });

  test('shows every key that there is', () => {
    const shown = new Set(EXAMPLE.match(/[a-z_]+(?=:( |$))/gm));
    const keys = [...keysOf(workspaceJsonSchema())];
    const exceptions = ['url', 'registry_url'];
    expect(keys.filter((key) => !shown.has(key) && !exceptions.includes(key))).toEqual([]);
  });
});

/** Every property name in a JSON Schema. */
function* keysOf(schema: unknown): Generator<string> {
  if (typeof schema !== 'object' || schema === null) return;
  for (const [keyword, part] of Object.entries(schema)) {
    if (['examples', 'default', 'required'].includes(keyword)) continue;
    if (keyword === 'properties') yield* Object.keys(part as object);
    yield* keysOf(part);
  }
}
