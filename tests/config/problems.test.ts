/** Each thing that can be wrong in a workspace.yaml: where it is told, and in which words. */
import { describe, expect, test } from 'vitest';
import { formatProblem, parseWorkspace } from '../../config/index.ts';
import { PROFILE, told, withProfile, type Told } from './support/told.ts';

const [PROVIDER, MODEL, KEY, URL_LINE] = PROFILE;
const PIN = 'id: p, version: 1.0.0, integrity: dev';
const NAME = 'expected a letter or digit, then at most 127 of: letters, digits . _ : @ / -';
const ROOT_KEYS =
  'id, name, packs, lanes, policies, security, control_plane, memory_namespace, ' +
  'event_namespace, agent_runtime, troupe';

type Row = readonly [text: string, ...expected: Told];

const check = (text: string, ...expected: Told): void => expect(told(text)).toEqual([expected]);

// prettier-ignore
describe('one mistake, one problem', () => {
  test.each<Row>([
    ['id: two words', '1:5 id', `${NAME}, received "two words"`, 'For example: id: workspace'],
    ['name: 7', '1:7 name', 'expected text, received 7', 'For example: name: workspace'],
    ['name: ""', '1:7 name', 'expected at least 1 character, received empty text',
      'For example: name: workspace'],
    ['name:', '1:1 name', 'expected text, received nothing', 'For example: name: workspace'],
    ['event_namespace: [a]', '1:18 event_namespace', 'expected text, received a list',
      'For example: event_namespace: workspace'],
  ])('of the root: %s', check);

  test.each<Row>([
    ['pack: []', '1:1 pack', 'unknown key "pack"', 'Did you mean packs?'],
    ['colour: red', '1:1 colour', 'unknown key "colour"', `Remove it; known here: ${ROOT_KEYS}`],
    ['name: x\ntroupe:\n  tool: []', '3:3 troupe.tool', 'unknown key "tool"',
      'Did you mean tools?'],
    [withProfile(...PROFILE, 'api_key: sk-live-1'), '9:7 agent_runtime.models.main.api_key',
      'unknown key "api_key"', 'Did you mean api_key_env?'],
    ['troupe: {"a.b": 1}', '1:10 troupe["a.b"]', 'unknown key "a.b"',
      'Remove it; known here: store, tools, sandbox, approvals, policy'],
  ])('an unknown key: %s', check);

  test.each<Row>([
    [`packs: [{${PIN}, source: svn}]`, '1:57 packs[0].source',
      'expected one of: local, git, registry, received "svn"', 'Write local or git or registry'],
    [`packs: [{${PIN}, source: locale}]`, '1:57 packs[0].source',
      'expected one of: local, git, registry, received "locale"', 'Did you mean local?'],
    ['packs: [{id: p, version: 1.0, integrity: dev, source: local}]', '1:26 packs[0].version',
      'expected text, received 1', 'For example: version: 0.1.0'],
    ['packs: [{id: p, version: ^1.0.0, integrity: dev, source: local}]', '1:26 packs[0].version',
      'expected a semantic version, received "^1.0.0"', 'For example: version: 0.1.0'],
    ['packs: [{id: p, version: 1.0.0, integrity: sha256:ab, source: local}]',
      '1:44 packs[0].integrity',
      'expected dev, or sha256: and 64 hex digits, received "sha256:ab"',
      'For example: integrity: dev'],
    [`packs: [{${PIN}, source: git, commit: '${'0'.repeat(40)}'}]`, '1:9 packs[0].url',
      'expected a url, as source is git; received nothing',
      'Add: url: https://git.example/pack.git'],
    [`packs: [{${PIN}, source: git, url: x}]`, '1:9 packs[0].commit',
      'expected a commit, as source is git; received nothing',
      'Run troupe packs add, which writes the whole pin'],
    [`packs:\n  - {${PIN}, source: local}\n  - {${PIN}, source: local}`, '3:10 packs[1].id',
      'expected an id of its own, received "p" of pack 1 again', 'Rename or remove one of the two'],
  ])('of a pack: %s', check);

  test.each<Row>([
    ['lanes: [{id: a}]', '1:9 lanes[0].title', 'expected text, received nothing',
      'Add: title: Operations'],
    ['lanes: [{id: a, title: A, wip_limit: 0}]', '1:38 lanes[0].wip_limit',
      'expected at least 1, received 0',
      'For example: lanes: [{"id":"operations","title":"Operations"}]'],
    ['lanes:\n- {id: a, title: A}\n- {id: a, title: B}', '3:8 lanes[1].id',
      'expected an id of its own, received "a" of lane 1 again',
      'Rename or remove one of the two'],
    ['policies: [{id: r, decision: block, tools: ["*"]}]', '1:30 policies[0].decision',
      'expected one of: allow, modify, approval_required, defer, deny, received "block"',
      'Write allow or modify or approval_required or defer or deny'],
    ['policies: [{id: r, decision: deny, tools: []}]', '1:43 policies[0].tools',
      'expected at least 1 entry, received a list', 'For example: tools: ["calendar:delete-*"]'],
    ['policies: [{id: r, decision: deny, tools: ["*:send"]}]', '1:44 policies[0].tools[0]',
      'expected the name of a tool, or the beginning of one and a *, received "*:send"',
      'For example: tools: ["calendar:delete-*"]'],
    ['policies: [{id: r, decision: deny}]', '1:12 policies[0].tools',
      'expected a list, received nothing', 'Add: tools: ["calendar:delete-*"]'],
  ])('of a lane or a rule: %s', check);

  test.each<Row>([
    ['security: {network_default: on}', '1:29 security.network_default',
      'expected one of: off, full, received "on"', 'Write off or full'],
    ['security: {allowed_scopes: [{type: disk}]}', '1:36 security.allowed_scopes[0].type',
      'expected type to be one of: path, network', 'Write one of: type: path, type: network'],
    ['security: {allowed_scopes: [{type: path, pattern: a/**}]}',
      '1:29 security.allowed_scopes[0].access',
      'expected one of: read, write, received nothing', 'Add: access: read or write'],
    ['security: {allowed_scopes: [{type: network, posture: off, allowlist_entries: [h:1]}]}',
      '1:78 security.allowed_scopes[0].allowlist_entries',
      'allowlist_entries goes with posture allowlist, and with no other',
      'For example: allowed_scopes: [{"type":"path","pattern":"calendar/**","access":"write"}]'],
  ])('of security: %s', check);

  test.each<Row>([
    [withProfile(PROVIDER, MODEL, KEY), '4:5 agent_runtime.models.main',
      'expected base_url or base_url_env, received neither',
      'Add: base_url_env: AGENT_RUNTIME_BASE_URL'],
    [withProfile(PROVIDER, KEY, URL_LINE), '4:5 agent_runtime.models.main.model',
      'expected text, received nothing', 'Add: model: ops-assistant'],
    [withProfile('provider: openai', MODEL, KEY, URL_LINE),
      '5:17 agent_runtime.models.main.provider',
      'expected one of: openai_compatible, messages_compatible, received "openai"',
      'Write openai_compatible or messages_compatible'],
    [withProfile(PROVIDER, MODEL, 'api_key_env: sk-live-0123456789', URL_LINE),
      '7:20 agent_runtime.models.main.api_key_env',
      'expected the name of an environment variable (capitals, digits and _), ' +
        'received text of 18 characters',
      'For example: api_key_env: AGENT_RUNTIME_API_KEY'],
    [withProfile(PROVIDER, MODEL, KEY, 'base_url: models.example'),
      '8:17 agent_runtime.models.main.base_url',
      'expected an absolute http(s) URL, received "models.example"',
      'For example: base_url: https://models.internal.example/'],
    [withProfile(PROVIDER, MODEL, KEY, 'base_url: file:///etc/passwd'),
      '8:17 agent_runtime.models.main.base_url',
      'expected an absolute http(s) URL, received "file:///etc/passwd"',
      'For example: base_url: https://models.internal.example/'],
    [withProfile(PROVIDER, MODEL, KEY, 'base_url: https://me:secret@models.example/'),
      '8:17 agent_runtime.models.main.base_url',
      'expected a URL without a user name or password',
      'For example: base_url: https://models.internal.example/'],
    [withProfile(...PROFILE, 'timeout_ms: 1m'), '9:19 agent_runtime.models.main.timeout_ms',
      'expected a number, received "1m"', 'For example: timeout_ms: 60000'],
    [withProfile(...PROFILE, 'retries_max: 1.5'), '9:20 agent_runtime.models.main.retries_max',
      'expected a whole number, received 1.5', 'For example: retries_max: 2'],
    [withProfile(...PROFILE, 'concurrency: 1000'), '9:20 agent_runtime.models.main.concurrency',
      'expected at most 256, received 1000', 'For example: concurrency: 4'],
    [withProfile(...PROFILE).replace('default_model: main', 'default_model: mian'),
      '2:18 agent_runtime.default_model',
      'expected the name of a model profile, received "mian"', 'Did you mean main?'],
    ['agent_runtime: {default_model: main, models: {}}', '1:32 agent_runtime.default_model',
      'expected the name of a model profile, received "main"', 'Name one of models: none'],
  ])('of a model profile: %s', check);

  test.each<Row>([
    [`${withProfile(...PROFILE)}\n  intents: {a: {description: A, allow_tools: [x y]}}`,
      '9:47 agent_runtime.intents.a.allow_tools[0]',
      'a tool name looks like namespace:verb-noun, received "x y"',
      'For example: allow_tools: ["calendar:create-event"]'],
    [`${withProfile(...PROFILE)}\n  intents: {a: {description: A, allow_tools: calendar}}`,
      '9:46 agent_runtime.intents.a.allow_tools',
      'expected a list, received "calendar"',
      'For example: allow_tools: ["calendar:create-event"]'],
    [`${withProfile(...PROFILE)}\n  intents: {"a b": {description: A, allow_tools: []}}`,
      '9:13 agent_runtime.intents["a b"]', `${NAME}, received "a b"`, 'Choose another name'],
    [`${withProfile(...PROFILE)}\n  limits: {max_turns_per_session: 0}`,
      '9:35 agent_runtime.limits.max_turns_per_session',
      'expected more than 0, received 0', 'For example: max_turns_per_session: 12'],
    [`${withProfile(...PROFILE)}\n  limits: {max_turn_per_session: 3}`,
      '9:12 agent_runtime.limits.max_turn_per_session',
      'unknown key "max_turn_per_session"', 'Did you mean max_turns_per_session?'],
  ])('of an intent or a limit: %s', check);

  test.each<Row>([
    ['troupe: {store: ../elsewhere}', '1:17 troupe.store',
      'expected a path inside the workspace folder (no leading /, no .., no \\ or :), ' +
        'received "../elsewhere"', 'For example: store: .troupe/store'],
    ['troupe: {tools: [/etc/evil.ts]}', '1:18 troupe.tools[0]',
      'expected a path inside the workspace folder (no leading /, no .., no \\ or :), ' +
        'received "/etc/evil.ts"', 'For example: tools: ["tools/calendar.ts"]'],
    ['troupe: {approvals: {expires_in_ms: 0}}', '1:37 troupe.approvals.expires_in_ms',
      'expected at least 1, received 0', 'For example: expires_in_ms: 86400000'],
    ['troupe: {policy: {default_decision: yes}}', '1:37 troupe.policy.default_decision',
      'expected one of: allow, deny, approval_required, received "yes"',
      'Write allow or deny or approval_required'],
    ['troupe: {policy: {allow_loosening: "true"}}', '1:36 troupe.policy.allow_loosening',
      'expected true or false, received "true"', 'For example: allow_loosening: false'],
  ])('of troupe: %s', check);
});

test('all problems come at once, in the order of the file', () => {
  const text = `lane: []\n${withProfile('provider: x', MODEL, 'base_url_env: lower')}\nid: "-"`;
  expect(told(text).map(([where]) => where)).toEqual([
    '1:1 lane',
    '5:5 agent_runtime.models.main.api_key_env',
    '6:17 agent_runtime.models.main.provider',
    '8:21 agent_runtime.models.main.base_url_env',
    '9:5 id',
  ]);
});

test('a long list is cut with its count', () => {
  const keys = Array.from({ length: 130 }, (_, index) => `k${index}: 1`);
  const problems = told(keys.join('\n'));
  expect(problems).toHaveLength(101);
  expect(problems.at(-1)).toEqual([
    '101:1',
    '30 more problems from here on',
    'Mend those above first',
  ]);
});

test('a problem becomes one line that editors can jump to', () => {
  const [problem] = parseWorkspace('\n\nlane: []', { file: 'demo/workspace.yaml' }).problems;
  expect(problem && formatProblem(problem)).toBe(
    'demo/workspace.yaml:3:1 lane: unknown key "lane" — Did you mean lanes?',
  );
});
