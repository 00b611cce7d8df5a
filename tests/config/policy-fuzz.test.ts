/**
 * A policy that is misspelt, mistyped or damaged is refused, or decides nothing more loosely than
 * it did; and where it is accepted, nothing that is written in it is ignored.
 */
import { describe, expect, test } from 'vitest';
import { seededRandom } from 'troupe/testing';
import { parse, stringify } from 'yaml';
import { agentRuntimeLayer, evaluatePolicy, policyEffect, type PolicyRequest } from 'troupe/kernel';
import { configuredLayers, parseWorkspace, type WorkspaceConfig } from 'troupe/config';

const POLICY = `
policies:
  - id: no-deletes
    decision: deny
    tools: [calendar:delete-*, files:delete]
    reason: Nothing is deleted here
  - id: mail-inside
    decision: deny
    tools: ['email:*']
    when:
      origin: session
      arguments: [{ pointer: /to, not_matches: '*@example.com' }]
      unless_after: [{ tools: [people:ask] }]
  - id: ask-large
    decision: approval_required
    tools: [files:write]
    when: { arguments: [{ pointer: /bytes, at_least: 100 }] }
    approval: { approvers: [anna, ben], quorum: 2, distinct: true, expires_in_ms: 60000 }
  - { id: short, decision: modify, tools: [files:read], modify: [{ pointer: /limit, value: 5 }] }
lanes:
  - id: slow
    title: Slow
    policy_overrides:
      - { id: slow-files, decision: defer, tools: ['files:*'], when: { tasks: ['night-*'] } }
troupe:
  policy: { default_decision: deny, allow_loosening: true }
agent_runtime:
  default_model: m
  models:
    m: { provider: openai_compatible, model: m, api_key_env: KEY, base_url_env: URL }
  intents:
    working:
      description: Work
      allow_tools: [files:read, files:write, email:send]
      approval_required_tools: [calendar:delete-event]
`;

const REQUESTS: readonly Partial<PolicyRequest>[] = [
  { tool_name: 'agent:execute-turn' },
  { tool_name: 'calendar:delete-event' },
  { tool_name: 'files:delete' },
  { tool_name: 'files:read', tool_arguments: { limit: 9 } },
  { tool_name: 'files:read', task_id: 'night-1' },
  { tool_name: 'files:write', tool_arguments: { bytes: 99 } },
  { tool_name: 'files:write', tool_arguments: { bytes: 100 } },
  { tool_name: 'email:send', tool_arguments: { to: 'a@example.com' } },
  { tool_name: 'email:send', tool_arguments: { to: 'a@example.net' } },
  { tool_name: 'other:tool' },
];

/** How strict the decision on each request is, asked by a model with and without an intent. */
function strictness(config: WorkspaceConfig): readonly number[] {
  const intents = agentRuntimeLayer(config.agent_runtime?.intents);
  const layers = [...configuredLayers(config, config.lanes[0]?.id), intents];
  const asking = [{ agent_intent: 'working' }, {}];
  return asking.flatMap((metadata) =>
    REQUESTS.map((request) => {
      const execution_metadata = { ...metadata, agent_session_call: true };
      const asked = { trigger: 'on_tool_request', run_id: 'r', execution_metadata } as const;
      const { decision } = evaluatePolicy(layers, { ...asked, ...request });
      return policyEffect.options.indexOf(decision);
    }),
  );
}

function configOf(text: string): WorkspaceConfig | undefined {
  return parseWorkspace(text).config;
}

const BASE = configOf(POLICY);
const DATA: unknown = parse(POLICY);
const BEFORE = BASE ? strictness(BASE) : [];

/** Whether a text is refused, or decides on nothing more loosely than the base. */
function isHeld(text: string): boolean {
  const config = configOf(text);
  return !config || strictness(config).every((rank, index) => rank >= (BEFORE[index] ?? 0));
}

type Path = readonly (string | number)[];

function* pathsOf(node: unknown, path: Path = []): Generator<Path> {
  if (path.length > 0) yield path;
  if (typeof node !== 'object' || node === null) return;
  for (const [key, value] of Object.entries(node)) {
    yield* pathsOf(value, [...path, Array.isArray(node) ? Number(key) : key]);
  }
}

const PATHS = [...pathsOf(DATA)];
const valueAt = (tree: unknown, path: Path): unknown =>
  path.reduce<unknown>((node, part) => (node as Record<string | number, unknown>)[part], tree);

/** The text of the policy with one place changed. */
function changed(path: Path, change: (parent: Record<string, unknown>, key: string) => void) {
  const copy = structuredClone(DATA);
  const key = String(path.at(-1));
  change(valueAt(copy, path.slice(0, -1)) as Record<string, unknown>, key);
  return stringify(copy);
}

const MISSPELT: Readonly<Record<string, (key: string) => string>> = {
  'a letter short': (key) => key.slice(0, -1),
  'a letter long': (key) => `${key}s`,
  'in capitals': (key) => key.toUpperCase(),
  'with a blank': (key) => `${key} `,
  'with hyphens': (key) => key.replaceAll('_', '-').replace(/^(\w)/, '-$1'),
};

test('the policy decides on something in each way', () => {
  expect(new Set(BEFORE)).toEqual(new Set(policyEffect.options.map((_, rank) => rank)));
});

describe.each(Object.entries(MISSPELT))('a key %s', (_, misspell) => {
  const keys = PATHS.filter((path) => typeof path.at(-1) === 'string');
  test.each(keys.map((path) => [path.join('.'), path] as const))('%s', (_name, path) => {
    const text = changed(path, (parent, key) => {
      parent[misspell(key)] = parent[key];
      Reflect.deleteProperty(parent, key);
    });
    expect(isHeld(text)).toBe(true);
  });
});

/** What people write for a word of the policy that it does not know. */
const MISTYPED = (word: string): readonly unknown[] => [
  ...[word.toUpperCase(), `${word} `, ` ${word}`, `${word}d`, word.slice(0, -1), `"${word}"`],
  ...['', ' ', null, true, false, 0, [], [word], [[word]], {}, { [word]: true }],
];

describe('a word mistyped', () => {
  const words = /\.(?:decision|origin|mode|default_decision|trigger)$/;
  const places = PATHS.filter((path) => words.test(path.join('.')));
  test.each(places.map((path) => [path.join('.'), path] as const))('%s', (_, path) => {
    const looser = MISTYPED(String(valueAt(DATA, path))).filter(
      (value) => !isHeld(changed(path, (parent, key) => (parent[key] = value))),
    );
    expect(looser).toEqual([]);
  });
});

/** Everything that is written, and is not so in the config. */
function ignored(written: unknown, config: unknown, path = ''): readonly string[] {
  if (typeof written !== 'object' || written === null) {
    return Object.is(written, config) ? [] : [path];
  }
  return Object.entries(written).flatMap(([key, value]) =>
    ignored(value, (config as Record<string, unknown> | undefined)?.[key], `${path}.${key}`),
  );
}

test('of a damaged text that is accepted nothing is ignored', () => {
  const splinters = ['', ' ', '\n', ':', '- ', '{', '}', ']', "'", '#', '*', '!', '&a ', '~', 'x'];
  let accepted = 0;
  for (let seed = 0; seed < 600; seed += 1) {
    const random = seededRandom(seed);
    const start = Math.floor(random() * POLICY.length);
    const splinter = splinters[Math.floor(random() * splinters.length)] ?? '';
    const text = POLICY.slice(0, start) + splinter + POLICY.slice(start + Math.floor(random() * 3));
    const config = configOf(text);
    if (!config) continue;
    accepted += 1;
    expect({ seed, ignored: ignored(parse(text), config) }).toEqual({ seed, ignored: [] });
  }
  expect(accepted).toBeGreaterThan(50);
});
