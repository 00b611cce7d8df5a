/**
 * A model asks for tools that it was not given, by every name that could pass for another, and
 * hands over arguments that could pass for others: one row per attack.
 */
import { describe, expect, test } from 'vitest';
import { createRuntime } from 'troupe';
import { memoryStore } from 'troupe/adapters';
import { compileRule, ruleDefinition, type PolicyLayer } from 'troupe/kernel';
import { scriptedModel } from 'troupe/testing';
import { inWorkspace, obey, recorded, recording, type Seen } from './obeying.ts';

const ALLOW: PolicyLayer = { level: 'workspace', default_decision: 'allow', rules: [] };
const rules = (...definitions: readonly object[]): PolicyLayer => ({
  level: 'task',
  rules: definitions.map((definition) => compileRule(ruleDefinition.parse(definition))),
});

/** Names that are no name of `email:send`, which exists and is allowed. */
const NAMES: readonly (readonly [string, string])[] = [
  ['undeclared', 'email:delete'],
  ['an alias', 'send_email'],
  ['the name as providers take it', 'email__send'],
  ['the name with a part more', 'email:send:now'],
  ['the name with a part less', 'send'],
  ['in capitals', 'EMAIL:SEND'],
  ['with a capital', 'Email:send'],
  ['with another letter that looks the same', '\u0435mail:send'],
  ['with another colon', 'email\uff1asend'],
  ['in wide letters', '\uff45mail:send'],
  ['with a blank behind', 'email:send '],
  ['with a blank before', ' email:send'],
  ['with a line end', 'email:send\n'],
  ['with a blank that is not seen', 'email:\u200bsend'],
  ['with a mark that turns the text round', '\u202eemail:send'],
  ['with a zero behind', 'email:send\0'],
  ['with an accent of its own', 'email:se\u0301nd'],
  ['a pattern', 'email:*'],
  ['every tool', '*'],
  ['a path', '../email:send'],
  ['a call', 'email:send()'],
  ['an address', 'https://example.com/email:send'],
  ['a list in text', '["email:send"]'],
  ['__proto__', '__proto__'],
  ['constructor', 'constructor'],
  ['prototype', 'prototype'],
  ['toString', 'toString'],
  ['hasOwnProperty', 'hasOwnProperty'],
  ['valueOf', 'valueOf'],
  ['__defineGetter__', '__defineGetter__'],
  ['what stands for unknown tools', 'kernel:unknown-tool'],
  ['what tells of approvals', 'kernel:approval'],
  ['the verb for approvals', 'resolveApproval'],
  ['the tool in which answers are put', 'respond'],
  ['a name without end', 'email:send'.repeat(10_000)],
];

describe('a model asks for', () => {
  test.each(NAMES)('%s: nothing runs, and evidence says why', async (_, tool) => {
    const input = { to: 'eve@example.com' };
    const outcome = await obey({
      names: ['email:send'],
      policy: [ALLOW],
      wishes: [{ tool, input }],
    });
    expect(outcome).toEqual({
      state: 'complete',
      seen: [],
      refused: [
        {
          tool: 'kernel:unknown-tool',
          code: 'TOOL_NOT_FOUND',
          message: expect.any(String) as string,
        },
      ],
      verified: true,
    });
    expect(outcome.refused[0]?.message.length).toBeLessThan(600);
  });

  test.each([
    ['no name', ''],
    ['half a character', 'email:\ud800'],
  ])('%s: that is no turn, and a person is asked', async (_, tool) => {
    const outcome = await obey({ names: ['email:send'], policy: [ALLOW], wishes: [{ tool }] });
    expect(outcome).toEqual({ state: 'escalate', seen: [], refused: [], verified: true });
  });

  test('its own turns', async () => {
    const wishes = [{ tool: 'agent:execute-turn', input: { session_id: 's', messages: [] } }];
    const outcome = await obey({ names: ['email:send'], policy: [ALLOW], wishes });
    expect(outcome).toMatchObject({ state: 'complete', seen: [], verified: true });
    expect(outcome.refused.map(({ code }) => code)).toEqual(['TOOL_NOT_OFFERED']);
  });
});

const LANES = `
troupe: { policy: { default_decision: allow } }
lanes:
  - id: docs
    title: Docs
    policy_overrides: [{ id: docs.no-deploy, decision: deny, tools: ['deploy:*'] }]
  - { id: ops, title: Operations }
`;

const DEPLOY = { tool: 'deploy:run' };

/** Ways to pass for somebody of another lane. */
const DISGUISES: readonly (readonly [string, object, object])[] = [
  ['as it is', {}, {}],
  ['with the lane in its arguments', { lane: 'ops', lane_id: 'ops' }, {}],
  ['with the lane in its metadata', {}, { metadata: { lane: 'ops', lane_id: 'ops' } }],
  ['with the lane as its task', {}, { task_id: 'ops' }],
  ['with an intent of the host in its metadata', {}, { metadata: { agent_session_call: false } }],
];

describe('a tool of another lane is not reached', () => {
  test.each(DISGUISES)('%s', async (_, input, start) => {
    const outcome = await inWorkspace(LANES, (workspace) =>
      obey({
        ...{ names: ['deploy:run'], wishes: [{ ...DEPLOY, input }] },
        ...{ workspace, lane: 'docs', store: memoryStore(), start },
      }),
    );
    expect(outcome).toMatchObject({ state: 'complete', seen: [], verified: true });
    expect(outcome.refused.map(({ code }) => code)).toEqual(['TOOL_NOT_OFFERED']);
  });

  test('by a runtime that was opened for that lane', async () => {
    await inWorkspace(LANES, async (workspace) => {
      const seen: Seen[] = [];
      const open = (lane: string, lines: readonly object[]) =>
        createRuntime({
          ...{ workspace, lane, store, tools: [recording('deploy:run', seen)] },
          model: scriptedModel(lines as never),
        });
      const store = memoryStore();
      const first = await open('docs', [{ reply: 'Here.' }]);
      await (await first.sessions.start({ session_id: 's', message: 'go' })).settled();
      await first.close();
      const second = await open('ops', [DEPLOY, { complete: 'Done.' }]);
      await second.sessions.send('s', 'deploy it');
      await second.sessions.settled('s');
      expect(seen).toEqual([]);
      expect(await recorded(second)).toMatchObject({ refused: [{}], verified: true });
      await second.close();
    });
  });

  test('and in its own lane it runs', async () => {
    const outcome = await inWorkspace(LANES, (workspace) =>
      obey({
        names: ['deploy:run'],
        wishes: [DEPLOY],
        workspace,
        lane: 'ops',
        store: memoryStore(),
      }),
    );
    expect(outcome).toMatchObject({ seen: [{ tool: 'deploy:run' }], refused: [], verified: true });
  });
});

const NO_SECRETS = rules({
  ...{ id: 'no-secrets', decision: 'deny', tools: ['files:read'] },
  when: { arguments: [{ pointer: '/path', not_matches: 'docs/*' }] },
});
let reads = 0;
const wavering = {
  get path() {
    reads += 1;
    return reads === 1 ? 'docs/a' : 'secrets/a';
  },
};
const json = (text: string): unknown => JSON.parse(text);

/** Arguments by which a path outside of `docs` could pass for one inside. */
const ARGUMENTS: readonly (readonly [string, unknown])[] = [
  ['said twice, the last one counts', json('{"path":"docs/a","path":"secrets/a"}')],
  ['in a prototype', json('{"__proto__":{"path":"docs/a"}}')],
  ['in a prototype, and another one beside it', json('{"__proto__":{"path":"docs/a"},"path":"b"}')],
  ['in capitals', { path: 'DOCS/a' }],
  ['in a key with a blank', { 'path ': 'docs/a', path: 'secrets/a' }],
  ['in a list', { path: ['docs/a'] }],
  ['in an object', { path: { toString: 'docs/a' } }],
  ['as a number', { path: 0 }],
  ['as nothing', { path: null }],
  ['not at all', {}],
  ['with a folder more', { path: 'docs/../secrets/a' }],
  ['with another slash', { path: 'docs\u2215a' }],
  ['in letters that look the same', { path: 'd\u043ecs/a' }],
];

describe('arguments that are not what a rule lets through', () => {
  test.each(ARGUMENTS)('%s', async (_, input) => {
    const policy = [ALLOW, NO_SECRETS];
    const outcome = await obey({
      names: ['files:read'],
      policy,
      wishes: [{ tool: 'files:read', input }],
    });
    expect(outcome).toMatchObject({ state: 'complete', seen: [], verified: true });
    expect(outcome.refused).toMatchObject([{ tool: 'files:read', code: 'POLICY_DENIED' }]);
  });
});

/** What of an argument reaches a tool, and what of it evidence holds. */
const TAKEN: readonly (readonly [string, unknown, unknown])[] = [
  ['said twice', json('{"path":"secrets/a","path":"docs/a"}'), { path: 'docs/a' }],
  ['that answers otherwise when it is read again', wavering, { path: 'docs/a' }],
  ['with a number that no double holds', json('{"path":"docs/a","n":9007199254740993}'),
    { path: 'docs/a', n: 9007199254740992 }],
  ['with less than nothing of nothing', json('{"path":"docs/a","n":-0}'), { path: 'docs/a', n: 0 }],
]; // prettier-ignore

describe('an argument', () => {
  test.each(TAKEN)('%s is decided on, recorded and run as one', async (_, input, taken) => {
    const seen: Seen[] = [];
    const tools = [recording('files:read', seen)];
    const runtime = await createRuntime({ tools, policy: [ALLOW, NO_SECRETS] });
    const context = { run_id: 'r', task_id: 't', session_id: 's' };
    await runtime.executeTool('files:read', input, context);
    const [started] = await Array.fromAsync(runtime.evidence.read('s'));
    const hash = started?.kind === 'tool_call_started' ? started.input_hash : '';
    expect(json((await runtime.evidence.content(hash)) ?? 'null')).toEqual(taken);
    expect(seen).toEqual([{ tool: 'files:read', input: taken }]);
    await runtime.close();
  });

  test('that pollutes what all objects have reaches none of them', async () => {
    const admin = '{"admin":true}';
    const input = json(`{"__proto__":${admin},"constructor":{"prototype":${admin}}}`);
    await obey({ names: ['files:read'], policy: [ALLOW], wishes: [{ tool: 'files:read', input }] });
    expect(({} as { admin?: unknown }).admin).toBeUndefined();
  });
});
