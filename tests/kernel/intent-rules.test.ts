/** Intents of the configuration decide what an agent session may call (cases P1 to P3). */
import { describe, expect, test } from 'vitest';
import type { PolicyEffect, PolicyRequest } from '../../kernel/contract/index.ts';
import { RuntimeError } from '../../kernel/errors.ts';
import { evaluatePolicy } from '../../kernel/policy/evaluate.ts';
import {
  agentRuntimeLayer,
  createAgentRuntimePolicyFactory,
  intentRules,
  type Intents,
} from '../../kernel/policy/intent-rules.ts';

const INTENTS: Intents = {
  scheduling: { allow_tools: ['calendar:create-event'], approval_required_tools: [] },
  cleaning: {
    allow_tools: ['calendar:create-event', 'calendar:delete-event'],
    approval_required_tools: ['calendar:delete-event', 'calendar:clear'],
  },
};

interface Call {
  readonly tool: string;
  readonly intent?: unknown;
  readonly isSession?: boolean;
}

function decide({ tool, intent, isSession = true }: Call, intents: Intents | undefined = INTENTS) {
  const request: PolicyRequest = {
    trigger: 'on_tool_request',
    run_id: 'run-1',
    tool_name: tool,
    execution_metadata: { agent_intent: intent, agent_session_call: isSession },
  };
  return evaluatePolicy([agentRuntimeLayer(intents)], request);
}

const CREATE = 'calendar:create-event';
const DELETE = 'calendar:delete-event';
const TURN = 'agent:execute-turn';

const calls: readonly (readonly [string, Call, PolicyEffect, string])[] = [
  ['P2 an allowed tool', { tool: CREATE, intent: 'scheduling' }, 'allow', 'intent-allow'],
  ['P2 another tool', { tool: 'email:send', intent: 'scheduling' }, 'deny', 'intent-deny'],
  ['P2 the turn tool', { tool: TURN, intent: 'scheduling' }, 'allow', 'default'],
  ['the turn tool without an intent', { tool: TURN }, 'allow', 'default'],
  [
    'P3 a tool in both lists',
    { tool: DELETE, intent: 'cleaning' },
    'approval_required',
    'intent-approval',
  ],
  [
    'a tool in the approval list only',
    { tool: 'calendar:clear', intent: 'cleaning' },
    'approval_required',
    'intent-approval',
  ],
  [
    'an intent with blanks around it',
    { tool: CREATE, intent: ' scheduling ' },
    'allow',
    'intent-allow',
  ],
  ['an unknown intent', { tool: CREATE, intent: 'selling' }, 'deny', 'intent-deny'],
  ['an intent of another case', { tool: CREATE, intent: 'Scheduling' }, 'deny', 'intent-deny'],
  ['no intent in a session', { tool: CREATE }, 'deny', 'intent-missing'],
  ['a blank intent in a session', { tool: CREATE, intent: ' \n' }, 'deny', 'intent-missing'],
  ['an intent that is no text', { tool: CREATE, intent: ['scheduling'] }, 'deny', 'intent-missing'],
  ...['__proto__', 'constructor', 'toString', 'hasOwnProperty'].flatMap((name) => [
    [`intent ${name}`, { tool: CREATE, intent: name }, 'deny', 'intent-deny'] as const,
    [`tool ${name}`, { tool: name, intent: 'cleaning' }, 'deny', 'intent-deny'] as const,
  ]),
];

test.each(calls)('%s', (_, call, decision, id) => {
  const evaluation = decide(call);
  expect(evaluation.decision).toBe(decision);
  expect(evaluation.decisions).toContainEqual(
    expect.objectContaining({ policy_id: `agent-runtime.policy.${id}`, decision, level: 'pack' }),
  );
});

test.each([
  ['a host call without an intent', { tool: CREATE, isSession: false }],
  ['a blank intent of a host', { tool: CREATE, intent: '', isSession: false }],
])('no rule speaks of %s: the other layers decide', (_, call) => {
  expect(decide(call).decisions).toEqual([
    expect.objectContaining({ policy_id: 'kernel.policy.no-policy', decision: 'deny' }),
  ]);
});

test('an intent gates the calls of a host too', () => {
  const call = { tool: 'email:send', intent: 'scheduling', isSession: false };
  expect(decide(call).decision).toBe('deny');
});

test.each([
  ['no intents', undefined],
  ['an empty map', {}],
])('without intents (%s) only turns are allowed', (_, intents) => {
  expect(decide({ tool: TURN }, intents).decision).toBe('allow');
  const layer = agentRuntimeLayer(intents);
  expect(layer.rules.map(({ id }) => id)).toEqual(['agent-runtime.policy.default']);
});

test('tools inherited from a prototype are not allowed', () => {
  const inherited = Object.create({ selling: { allow_tools: [CREATE] } }) as Intents;
  expect(intentRules(inherited)).toEqual([]);
});

describe('createAgentRuntimePolicyFactory', () => {
  const make = (packConfig?: unknown) =>
    createAgentRuntimePolicyFactory({
      workspaceRoot: '/workspace',
      packId: 'agent-runtime',
      packRoot: '/workspace/packs/agent-runtime',
      packConfig,
    });

  test.each([
    ['no config', undefined],
    ['no intents', { models: {} }],
    ['empty intents', { intents: {} }],
  ])('P1 %s gives no rules', (_, packConfig) => expect(make(packConfig)).toEqual([]));

  test('the rules have the documented ids', () => {
    const rules = make({ intents: { scheduling: { description: 'x', allow_tools: [CREATE] } } });
    expect(rules.map(({ id, decision }) => [id, decision])).toEqual([
      ['agent-runtime.policy.intent-approval', 'approval_required'],
      ['agent-runtime.policy.intent-deny', 'deny'],
      ['agent-runtime.policy.intent-allow', 'allow'],
      ['agent-runtime.policy.intent-missing', 'deny'],
    ]);
  });

  const allowMessage = 'allow_tools must be an array of non-empty strings';
  test.each([
    ['no map', [], 'agent_runtime.intents: '],
    ['an intent that is no map', { a: 1 }, 'agent_runtime.intents.a: an intent must be a map'],
    ['no tools', { a: {} }, `agent_runtime.intents.a.allow_tools: ${allowMessage}`],
    ['a text for tools', { a: { allow_tools: CREATE } }, `intents.a.allow_tools: ${allowMessage}`],
    ['a blank tool', { a: { allow_tools: [''] } }, 'agent_runtime.intents.a.allow_tools.0: '],
    [
      'a bad approval list',
      { a: { allow_tools: [], approval_required_tools: 1 } },
      'agent_runtime.intents.a.approval_required_tools: approval_required_tools must be',
    ],
    [
      'a misspelt approval list',
      { a: { allow_tools: [], approval_required_tool: [] } },
      'agent_runtime.intents.a: ',
    ],
    ['two problems', { a: {}, b: {} }, `; agent_runtime.intents.b.allow_tools: ${allowMessage}`],
  ])('refused at boot: %s', (_, intents, message) => {
    expect(() => make({ intents })).toThrow(RuntimeError);
    expect(() => make({ intents })).toThrow(message);
  });
});
