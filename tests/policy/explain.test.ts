/** Explanations are the kernel's own decision: for each call both say the same, and it says why. */
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createRuntime, defineTool } from 'troupe';
import { scriptedModel } from 'troupe/testing';
import { compileRule, pathArgument, ruleDefinition, type PolicyLayer } from 'troupe/kernel';
import { explainPolicy, type PolicyQuery } from '../../src/runtime/policy/explain.ts';
import { openRulebook } from '../../src/runtime/policy/rulebook.ts';
import { readNextCall } from '../../src/runtime/policy/next-call.ts';

const READ = { type: 'path', pattern: 'docs/**', access: 'read' } as const;

const tools = [
  defineTool({
    name: 'files:read',
    description: 'Reads a file.',
    input: z.strictObject({ file: z.string(), limit: z.int().optional() }),
    run: ({ file }) => file,
  }),
  defineTool({
    name: 'email:send',
    description: 'Sends a message.',
    input: z.strictObject({ to: z.string() }),
    run: () => undefined,
  }),
  defineTool({
    name: 'disk:read',
    description: 'Reads from the disk.',
    input: z.strictObject({ path: pathArgument('read') }),
    scopes: [READ],
    run: () => undefined,
  }),
];

const rule = (definition: object) => compileRule(ruleDefinition.parse(definition));

const LAYERS: readonly PolicyLayer[] = [
  {
    level: 'workspace',
    default_decision: 'deny',
    allow_loosening: true,
    rules: [
      rule({
        ...{ id: 'short', decision: 'modify', tools: ['files:read'] },
        modify: [{ pointer: '/limit', value: 10 }],
      }),
      rule({
        ...{ id: 'secrets', decision: 'deny', tools: ['email:*'], reason: 'A secret was read' },
        when: {
          after: [{ tools: ['files:read'], arguments: [{ pointer: '/file', equals: 'secret' }] }],
        },
      }),
      rule({ id: 'watch', decision: 'deny', tools: ['email:*'], mode: 'shadow' }),
    ],
  },
  {
    level: 'task',
    rules: [
      rule({ id: 'open', decision: 'allow', tools: ['*'] }),
      rule({
        ...{ id: 'ask', decision: 'approval_required', tools: ['email:*'] },
        approval: { approvers: ['anna'], quorum: 2, expires_in_ms: 60_000 },
      }),
      rule({
        ...{ id: 'later', decision: 'defer', tools: ['files:read'] },
        when: { arguments: [{ pointer: '/file', equals: 'later' }] },
      }),
    ],
  },
];
const MAIL = { tool_name: 'email:send', input: { to: 'a@example.com' } };

const rulebook = await openRulebook({ tools, layers: LAYERS });
const explain = (query: PolicyQuery) => explainPolicy(rulebook, query);

describe('an explanation', () => {
  test('names the rule that decides, the others, and how the layers combine', () => {
    expect(explain(MAIL)).toMatchObject({
      decision: 'approval_required',
      decided_by: [{ policy_id: 'ask', level: 'task' }],
      also_spoke: [{ policy_id: 'open', decision: 'allow' }],
      layers: [
        { level: 'workspace', decision: 'deny', policy_ids: [], standing: 'gives_way' },
        { level: 'task', policy_ids: ['open', 'ask'], standing: 'decides' },
      ],
      approval: { approvers: ['anna'], quorum: 2, expires_in_ms: 60_000 },
    });
  });

  test('says what rules in shadow mode would have made of it', () => {
    const { shadow, shadow_decision, decided_by } = explain(MAIL);
    expect(shadow).toMatchObject([{ policy_id: 'watch', decision: 'deny', mode: 'shadow' }]);
    expect(shadow_decision).toBe('deny');
    expect(decided_by.map(({ policy_id }) => policy_id)).not.toContain('watch');
  });

  test('says what a rule made of the input', () => {
    expect(explain({ tool_name: 'files:read', input: { file: 'a' } })).toMatchObject({
      decision: 'allow',
      decided_by: [{ policy_id: 'short' }],
      input: { file: 'a', limit: 10 },
      modified_from: { file: 'a' },
    });
  });

  test.each([
    ['a deferred call', { tool_name: 'files:read', input: { file: 'later' } }, 'defer'],
    ['an input that is none', { tool_name: 'email:send', input: { from: 'a' } }, 'deny'],
    ['a scope that is not granted', { tool_name: 'disk:read', input: { path: 'a' } }, 'deny'],
    ['a tool without an input', { tool_name: 'files:read' }, 'allow'],
    ['a call of a host', { ...MAIL, origin: 'host' }, 'approval_required'],
    ['a tool that was not offered', { ...MAIL, offered: new Set<string>() }, 'deny'],
  ] as const)('tells the outcome of %s', (_, query, decision) => {
    expect(explain(query).decision).toBe(decision);
  });

  test.each([
    ['INVALID_INPUT', { tool_name: 'email:send', input: { from: 'a' } }, []],
    ['TOOL_NOT_OFFERED', { ...MAIL, offered: new Set<string>() }, []],
    ['SCOPE_DENIED', { tool_name: 'disk:read', input: { path: 'a' } }, ['kernel.scope.boundary']],
  ] as const)('tells what refuses with %s', (code, query, ids) => {
    const { refusal, decided_by } = explain(query);
    expect(refusal?.code).toBe(code);
    expect(decided_by.map(({ policy_id }) => policy_id)).toEqual(ids);
  });

  test('of a tool that is not there names the one that was meant', () => {
    expect(() => explain({ tool_name: 'email:sent' })).toThrow('Did you mean email:send?');
  });
});

test('a turn is denied by what would have it wait, as nobody is asked about turns', async () => {
  const ask = rule({ id: 'ask', decision: 'approval_required', tools: ['*'] });
  const asking = await openRulebook({ tools, layers: [{ level: 'workspace', rules: [ask] }] });
  expect(explainPolicy(asking, { tool_name: 'agent:execute-turn' })).toMatchObject({
    decision: 'deny',
    refusal: { code: 'POLICY_DENIED', message: 'A turn cannot wait for approval' },
    also_spoke: [{ policy_id: 'ask' }],
    layers: [{ decision: 'approval_required', standing: 'decides' }],
  });
});

test('an intent that a turn states comes too late to be offered the tool', async () => {
  const open = { id: 'open', decision: 'allow', tools: ['*'], when: { intents: ['mailing'] } };
  const layers = [{ level: 'workspace', rules: [rule(open)] }] as const;
  const late = await openRulebook({ tools, layers });
  const {
    decision,
    refusal,
    layers: opinions,
  } = explainPolicy(late, { ...MAIL, intent: 'mailing' });
  expect({ decision, code: refusal?.code }).toEqual({ decision: 'deny', code: 'TOOL_NOT_OFFERED' });
  expect(opinions).toMatchObject([{ decision: 'allow', policy_ids: ['open'] }]);
});

test('with the rules in shadow mode in force, they decide', async () => {
  const strict = await openRulebook({ tools, layers: LAYERS }, { enforcesShadow: true });
  expect(explainPolicy(strict, MAIL)).toMatchObject({
    ...{ decision: 'deny', shadow: [], decided_by: [{ policy_id: 'watch' }] },
  });
});

test('the next call of a session is decided on with all that it did', async () => {
  const script = [{ tool: 'files:read', input: { file: 'secret' } }, { complete: 'Done.' }];
  const runtime = await createRuntime({ tools, layers: LAYERS, model: scriptedModel(script) });
  const metadata = { requested_by: 'dora' };
  const session = await runtime.sessions.start({ session_id: 's', message: 'go', metadata });
  expect((await session.settled()).state).toBe('complete');
  const { caller } = await readNextCall(runtime, rulebook, 's');
  expect(caller).toMatchObject({ session_id: 's', metadata: { requested_by: 'dora' } });
  expect(explain({ ...MAIL, ...caller })).toMatchObject({
    ...{ decision: 'deny', decided_by: [{ policy_id: 'secrets', reason: 'A secret was read' }] },
  });
  await expect(readNextCall(runtime, rulebook, 'none')).rejects.toMatchObject({
    code: 'SESSION_NOT_FOUND',
  });
  await runtime.close();
});

test.each([
  ['files:read', { file: 'a' }],
  ['files:read', { file: 'later' }],
  ['email:send', { to: 'a@example.com' }],
  ['email:send', {}],
  ['disk:read', { path: 'a' }],
])('the kernel decides on %s %o as it was explained', async (tool_name, input) => {
  const runtime = await createRuntime({ tools, layers: LAYERS });
  const context = { run_id: 'r', task_id: 't', session_id: 'h' };
  const { success, error } = await runtime.executeTool(tool_name, input, context);
  const { decision, refusal } = explain({ tool_name, input, origin: 'host', ...context });
  const waits = decision === 'approval_required' || decision === 'defer';
  expect(refusal?.code ?? (waits ? 'APPROVAL_REQUIRED' : undefined)).toBe(error?.code);
  expect(success).toBe(decision === 'allow');
  await runtime.close();
});
