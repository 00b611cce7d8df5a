/** Text that is no YAML, no mapping, or meant to harm: a problem with its line, never a throw. */
import { describe, expect, test } from 'vitest';
import { CONFIG_BYTES_MAX, configHash } from '../../config/index.ts';
import { configOf, PROFILE, told, withProfile, type Told } from './support/told.ts';

type Row = readonly [what: string, text: string, ...expected: Told];

const FIRST = 'Write key: value lines; troupe init makes a first file';
const SPECIAL = 'Put text with special characters in quotes';
const ALIASES = 'expected at most 100 aliases, each with its anchor before it';
const WRITE_OUT = 'Write the values out instead of using & and *';
const OBJECT_NAME = 'is a name that every object has, and not allowed as a key';
const ANOTHER = 'Choose another name';
const PROFILES = ['agent_runtime:', '  default_model: a', '  models:'].join('\n');
const FLOW_PROFILE = `{${PROFILE.join(', ')}}`;

// prettier-ignore
describe('one problem', () => {
  test.each<Row>([
    ['an empty file', '', '1:1', 'expected a mapping, received nothing', FIRST],
    ['nothing but comments', '# a\n\n# b\n', '1:1', 'expected a mapping, received nothing', FIRST],
    ['a list', '- a', '1:1', 'expected a mapping, received a list', FIRST],
    ['a text', 'agent_runtime', '1:1', 'expected a mapping, received "agent_runtime"', FIRST],
    ['two documents', 'id: a\n---\nid: b', '2:1',
      'YAML: expected one document, received more', 'Remove everything from the second --- on'],
    ['a tab', 'troupe:\n\tstore: x', '2:1',
      'YAML: Tabs are not allowed as indentation', 'Indent with spaces'],
    ['an open quote', 'id: a\nname: "b', '2:9', 'YAML: Missing closing "quote',
      'Close the quote or bracket, or put a space behind the colon'],
    ['a stray bracket', 'id: a\n}', '2:1',
      'YAML: Unexpected flow-map-end token in YAML stream: "}"', SPECIAL],
    ['a tag', 'name: !!binary aGk=', '1:7', 'YAML: Unresolved tag: tag:yaml.org,2002:binary',
      'Remove the tag: write the value plainly'],
    ['a key given twice', 'id: a\nname: b\nid: c', '3:1 id',
      'the key "id" is given twice', 'Remove one of the two'],
    ['an alias without an anchor', 'id: a\nname: *b', '2:7', ALIASES, WRITE_OUT],
  ])('%s', (_, text, ...expected) => {
    expect(told(text)).toEqual([expected]);
  });

  test.each<Row>([
    ['in models', `${PROFILES}\n    a: ${FLOW_PROFILE}\n    __proto__: ${FLOW_PROFILE}`,
      '5:5 agent_runtime.models.__proto__', `"__proto__" ${OBJECT_NAME}`, ANOTHER],
    ['in models', `${PROFILES}\n    a: ${FLOW_PROFILE}\n    constructor: ${FLOW_PROFILE}`,
      '5:5 agent_runtime.models.constructor', `"constructor" ${OBJECT_NAME}`, ANOTHER],
    ['in intents', `${withProfile(...PROFILE)}\n  intents:\n    toString:` +
      ' {description: a, allow_tools: []}',
      '10:5 agent_runtime.intents.toString', `"toString" ${OBJECT_NAME}`, ANOTHER],
    ['at the root', '__proto__: {id: a}', '1:1 __proto__', `"__proto__" ${OBJECT_NAME}`, ANOTHER],
  ])('a name that objects inherit, %s', (_, text, ...expected) => {
    expect(told(text)).toEqual([expected]);
  });
});

describe('deep nesting', () => {
  test.each([
    ['lists', '['.repeat(100_000)],
    ['closed lists', '['.repeat(10_000) + ']'.repeat(10_000)],
    ['mappings', '{a: '.repeat(10_000)],
    ['lists in block style', '- '.repeat(10_000)],
    ['deeper than any schema', `troupe: ${'['.repeat(100)}${']'.repeat(100)}`],
  ])('%s: refused once', (_, text) => {
    const deep = told(text).filter(([, message]) => message.endsWith('nested too deeply'));
    expect(deep.map(([, , remedy]) => remedy)).toEqual(['Remove levels of nesting']);
  });
});

describe('expansion by aliases', () => {
  const levels = ['a', 'b', 'c', 'd', 'e'];
  const bomb = levels.map((name, index) => {
    const below = index === 0 ? '"x"' : `*${levels[index - 1]}`;
    return `${name}: &${name} [${Array.from({ length: 9 }, () => below).join(', ')}]`;
  });

  test('is refused where it explodes', () => {
    expect(told(bomb.join('\n'))).toEqual([['2:8', ALIASES, WRITE_OUT]]);
  });

  test('that refers to itself is refused as any other unknown key', () => {
    expect(told('a: &a {b: *a}').map(([where]) => where)).toEqual(['1:1 a']);
  });

  test('of a few values is what aliases are for', () => {
    const text = `packs: []\npolicies:
  - {id: one, decision: deny, tools: &tools ["email:*"]}
  - {id: two, decision: deny, tools: *tools}`;
    expect(configOf(text).policies.map(({ tools }) => tools)).toEqual([['email:*'], ['email:*']]);
  });
});

test('a text over the limit is refused unread', () => {
  const text = `id: a\n${'#'.repeat(CONFIG_BYTES_MAX)}`;
  expect(told(text)).toEqual([
    [
      '1:1',
      `expected at most ${CONFIG_BYTES_MAX} bytes, received more`,
      'Name a workspace.yaml; this file is something else',
    ],
  ]);
});

test('a broken file is told as broken, without guesses at its content', () => {
  expect(told('lane: []\nname: "b').map(([, message]) => message)).toEqual([
    'YAML: Missing closing "quote',
  ]);
});

describe('the hash of a config', () => {
  const text = `id: a\nname: b\n${withProfile(...PROFILE)}`;

  test.each([
    ['comments', `# said\n${text}`],
    ['the order of keys', `name: b\nid: a\n${withProfile(...PROFILE.toReversed())}`],
    [
      'the style',
      `{id: a, name: "b", agent_runtime: {default_model: main, models: ` +
        `{main: ${FLOW_PROFILE}}}}`,
    ],
    ['a default written out', `${text}\n      retries_max: 2`],
  ])('is the same for other %s', (_, other) => {
    expect(configHash(configOf(other))).toBe(configHash(configOf(text)));
  });

  test('is another one for another value', () => {
    const other = `${text}\n      retries_max: 3`;
    expect(configHash(configOf(other))).not.toBe(configHash(configOf(text)));
  });
});
