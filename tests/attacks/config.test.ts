/**
 * A workspace.yaml that somebody got wrong, in every place and by seed: it is refused, or nothing
 * that it governs is weaker than before. What a reader of the file would call a change of the rules
 * (another tool, another number, a rule taken out) is no mistake, and stands in no table here.
 */
import { describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { defineTool } from 'troupe';
import { seededRandom } from 'troupe/testing';
import {
  agentRuntimeLayer,
  createToolRegistry,
  judgeCall,
  policyEffect,
  type ToolScope,
} from 'troupe/kernel';
import {
  configuredLane,
  configuredLayers,
  parseWorkspace,
  type WorkspaceConfig,
} from 'troupe/config';

const LANE = 'docs';
const WORKSPACE = `
id: desk
name: Desk
security:
  allowed_scopes:
    - { type: path, pattern: docs/**, access: read }
    - { type: path, pattern: docs/**, access: write }
    - { type: network, mode: allowlist, allowlist: [api.example.com:443] }
  network_default: 'off'
  deny_overlays: [~/.ssh]
policies:
  - { id: no-deletes, decision: deny, tools: [files:delete], reason: Nothing is deleted here }
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
lanes:
  - id: docs
    title: Docs
    allowed_scopes:
      - { type: path, pattern: docs/public/**, access: read }
      - { type: path, pattern: docs/public/**, access: write }
      - { type: network, mode: allowlist, allowlist: [api.example.com:443] }
    policy_overrides: [{ id: docs.no-deploy, decision: deny, tools: ['deploy:*'] }]
troupe:
  approvals: { expires_in_ms: 3600000 }
  policy: { default_decision: deny, allow_loosening: true }
  sandbox: { unconfined_tools: [] }
agent_runtime:
  default_model: m
  models:
    m: { provider: openai_compatible, model: m, api_key_env: KEY, base_url_env: URL }
  intents:
    working:
      description: Works
      allow_tools: [files:read, files:write, email:send]
      approval_required_tools: [calendar:delete]
  limits: { max_turns_per_session: 5, max_tool_calls_per_session: 5, max_input_bytes: 1000 }
`;

const need = (pattern: string, access: 'read' | 'write'): ToolScope => ({
  ...{ type: 'path', pattern, access },
});
const FETCHES: ToolScope = {
  type: 'network',
  mode: 'allowlist',
  allowlist: ['api.example.com:443'],
};

const NEEDS: Readonly<Record<string, readonly ToolScope[]>> = {
  'files:read': [need('docs/public/**', 'read')],
  'files:write': [need('docs/public/**', 'write')],
  'files:delete': [],
  'secrets:read': [need('docs/secret/**', 'read')],
  'email:send': [FETCHES],
  'calendar:delete': [],
  'deploy:run': [],
  'web:read': [{ type: 'network', mode: 'full' }],
};

const REGISTRY = createToolRegistry(
  Object.entries(NEEDS).map(([name, scopes]) =>
    defineTool({ name, description: name, input: z.looseObject({}), scopes, run: () => undefined }),
  ),
);

const INPUTS = [
  {},
  { bytes: 99 },
  { bytes: 100 },
  { to: 'a@example.com' },
  { to: 'a@example.net' },
];

/** How much is held back, number by number: a larger one is stricter. */
function strictness(config: WorkspaceConfig): readonly number[] {
  const { security, troupe, agent_runtime } = config;
  const lane = config.lanes.some(({ id }) => id === LANE) ? LANE : undefined;
  const intents = agentRuntimeLayer(agent_runtime?.intents);
  const governance = {
    ...{ layers: [...configuredLayers(config, lane), intents], policy_version: 'p', lane_id: lane },
    grants: {
      workspace: security.allowed_scopes,
      lane: lane === undefined ? undefined : configuredLane(config, lane).allowed_scopes,
      premises: { root: '/w', hidden: [], fixed: [] },
    },
  };
  const decisions = ['session', 'host'] as const;
  const calls = decisions.flatMap((origin) =>
    Object.keys(NEEDS).flatMap((name) => INPUTS.map((input) => ({ origin, name, input }))),
  );
  const weighed = calls.flatMap((call) => {
    const context = { run_id: 'r', task_id: 't', session_id: 's', allowed_scopes: [] };
    const metadata = call.origin === 'session' ? { agent_intent: 'working' } : {};
    const request = { ...call, context: { ...context, metadata }, effect_id: 'e', attempt: 1 };
    const { evaluation } = judgeCall(
      { registry: REGISTRY, governance },
      request,
      new Set(),
    ).decision;
    const { quorum = 1, distinct, approvers, expires_in_ms } = evaluation.approval ?? {};
    const isAsked = evaluation.decision === 'approval_required';
    const asked = [quorum, distinct ? 1 : 0, -(approvers?.length ?? 99), -(expires_in_ms ?? 1e12)];
    const rank = policyEffect.options.indexOf(evaluation.decision);
    return [rank, ...(isAsked ? asked : rank > 2 ? [99, 1, 0, 0] : [-99, -1, -99, -1e12])];
  });
  const limits = agent_runtime?.limits ?? {};
  const held = [
    limits.max_turns_per_session,
    limits.max_tool_calls_per_session,
    limits.max_input_bytes,
    troupe.approvals.expires_in_ms,
    troupe.sandbox.unconfined_tools.length,
    security.network_default === 'full' ? 1 : 0,
    -security.deny_overlays.length,
  ];
  return [...weighed, ...held.map((bound) => -(bound ?? 1e12))];
}

const DATA: unknown = parse(WORKSPACE);
const BASE = parseWorkspace(WORKSPACE).config;
const BEFORE = BASE ? strictness(BASE) : [];

/** Whether a text is refused with problems, or nothing that it says is weaker than the base. */
function isHeld(text: string): boolean {
  const { config, problems } = parseWorkspace(text);
  if (!config) return problems.length > 0;
  return strictness(config).every((measure, index) => measure >= (BEFORE[index] ?? 0));
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
const KEYS = PATHS.filter((path) => typeof path.at(-1) === 'string');

type Holder = Record<string | number, unknown>;
type Mistake = (holder: Holder, key: string | number) => void;

const renamed =
  (rename: (key: string) => string): Mistake =>
  (holder, key) => {
    const value = holder[key];
    Reflect.deleteProperty(holder, key);
    // A key of its own, whatever it is named.
    Object.defineProperty(holder, rename(String(key)), { value, enumerable: true });
  };
const set =
  (value: (before: unknown) => unknown): Mistake =>
  (holder, key) => {
    holder[key] = value(holder[key]);
  };

const MISSPELT: Readonly<Record<string, Mistake>> = {
  'a letter short': renamed((key) => key.slice(0, -1)),
  'a letter long': renamed((key) => `${key}s`),
  'in capitals': renamed((key) => key.toUpperCase()),
  'with a blank': renamed((key) => `${key} `),
  'with hyphens': renamed((key) => `-${key.replaceAll('_', '-')}`),
  'with a letter that looks the same': renamed((key) => key.replace(/[aeo]/, '\u0430')),
  'under what all objects have': renamed(() => '__proto__'),
};

const isText = (value: unknown): boolean => typeof value === 'string';
const RETYPED: Readonly<Record<string, Mistake>> = {
  nothing: set(() => null),
  'an empty text': set(() => ''),
  'a list of it': set((before) => [before]),
  'a list of lists of it': set((before) => [[before]]),
  'an object of it': set((before) => ({ value: before })),
  'a number': set((before) => (typeof before === 'number' ? String(before) : 0)),
  'yes or no': set((before) => (typeof before === 'boolean' ? 'yes' : true)),
  'a text': set((before) => (isText(before) ? { [String(before)]: true } : JSON.stringify(before))),
};

/** The text with mistakes in it, each at its place. */
function mistaken(mistakes: readonly (readonly [Path, Mistake])[]): string {
  const copy = structuredClone(DATA);
  for (const [path, mistake] of mistakes) {
    const holder = path.slice(0, -1).reduce<unknown>((node, part) => {
      return typeof node === 'object' && node !== null ? (node as Holder)[part] : undefined;
    }, copy);
    const key = path.at(-1);
    if (typeof holder === 'object' && holder !== null && key !== undefined) {
      mistake(holder as Holder, key);
    }
  }
  return stringify(copy);
}

const weakened = (mistake: Mistake, paths: readonly Path[]): readonly string[] =>
  paths.filter((path) => !isHeld(mistaken([[path, mistake]]))).map((path) => path.join('.'));

test('the workspace holds back something of each kind, and what is taken out of it is seen', () => {
  expect(new Set(BEFORE).size).toBeGreaterThan(12);
  const changes: readonly (readonly [string, string])[] = [
    ['decision: deny, tools: [files:delete]', 'decision: allow, tools: [files:delete]'],
    ['quorum: 2', 'quorum: 1'],
    ['docs/public/**, access: read', 'docs/**, access: read'],
    ["tools: ['deploy:*']", "tools: ['deploy:x']"],
    ['max_turns_per_session: 5', 'max_turns_per_session: 50'],
    ["network_default: 'off'", 'network_default: full'],
  ];
  expect(changes.filter(([found, put]) => isHeld(WORKSPACE.replace(found, put)))).toEqual([]);
});

describe('a key that is written otherwise never weakens anything:', () => {
  test.each(Object.entries(MISSPELT))('%s', (_, mistake) => {
    expect(weakened(mistake, KEYS)).toEqual([]);
  });
});

describe('a value of another type never weakens anything:', () => {
  test.each(Object.entries(RETYPED))('%s', (_, mistake) => {
    expect(weakened(mistake, PATHS)).toEqual([]);
  });
});

test('a line that stands twice never weakens anything', () => {
  const lines = WORKSPACE.split('\n');
  const twice = lines.map((line, at) => lines.toSpliced(at, 0, line).join('\n'));
  expect(lines.filter((_, at) => !isHeld(twice[at] ?? ''))).toEqual([]);
});

test('several mistakes at once never weaken anything, whatever the seed', () => {
  const mistakes = [...Object.values(MISSPELT), ...Object.values(RETYPED)];
  const broken = Array.from({ length: 400 }, (_, seed) => seed).filter((seed) => {
    const random = seededRandom(seed);
    const pick = <Item>(items: readonly Item[]): Item =>
      items[Math.floor(random() * items.length)] as Item;
    const made = Array.from({ length: 2 }, () => [pick(KEYS), pick(mistakes)] as const);
    return !isHeld(mistaken(made));
  });
  expect(broken).toEqual([]);
});
