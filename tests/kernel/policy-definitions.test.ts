/** Rules that are data: their conditions, their strictness beside others, and what they refuse. */
import { describe, expect, test } from 'vitest';
import {
  ruleDefinition,
  type PolicyEffect,
  type PolicyRequest,
} from '../../kernel/contract/index.ts';
import { compileRule } from '../../kernel/policy/compile.ts';
import { evaluatePolicy } from '../../kernel/policy/evaluate.ts';
import { factOf, historyBook } from '../../kernel/policy/history.ts';

const rule = (given: object) =>
  compileRule(ruleDefinition.parse({ id: 'r', decision: 'deny', tools: ['*'], ...given }));

const request = (given: Partial<PolicyRequest> = {}): PolicyRequest => ({
  trigger: 'on_tool_request',
  run_id: 'run-1',
  task_id: 'task-1',
  tool_name: 'email:send',
  tool_arguments: {},
  ...given,
});

const speaks = (definition: object, given: Partial<PolicyRequest>): boolean =>
  rule(definition).when?.(request(given)) ?? true;

describe('a condition of an argument', () => {
  const input = {
    to: 'a@example.com',
    cc: ['b@example.com', 'c@evil.example'],
    count: 3,
    flag: false,
    nothing: null,
    'a/b': { '~': 'odd' },
  };
  // prettier-ignore
  test.each([
    [{ pointer: '/to', equals: 'a@example.com' },          true],
    [{ pointer: '/to', equals: 'A@example.com' },          false],
    [{ pointer: '/to', not_equals: 'a@example.com' },      false],
    [{ pointer: '/none', equals: 'x' },                    false],
    [{ pointer: '/none', not_equals: 'x' },                true],
    [{ pointer: '/none', exists: false },                  true],
    [{ pointer: '/nothing', exists: true },                true],
    [{ pointer: '/nothing', equals: null },                true],
    [{ pointer: '/flag', equals: false },                  true],
    [{ pointer: '/count', equals: '3' },                   false],
    [{ pointer: '/count', in: [1, 2, 3] },                 true],
    [{ pointer: '/count', not_in: [1, 2] },                true],
    [{ pointer: '/count', at_least: 3 },                   true],
    [{ pointer: '/count', at_least: 4 },                   false],
    [{ pointer: '/count', at_most: 3 },                    true],
    [{ pointer: '/count', at_least: 1, at_most: 2 },       false],
    [{ pointer: '/to', at_least: 0 },                      false],
    [{ pointer: '/to', matches: '*@example.com' },         true],
    [{ pointer: '/to', not_matches: '*@example.com' },     false],
    [{ pointer: '/cc/*', matches: '*@evil.example' },      true],
    [{ pointer: '/cc/*', not_matches: '*@example.com' },   true],
    [{ pointer: '/cc/0', not_matches: '*@example.com' },   false],
    [{ pointer: '/cc/01', exists: true },                  false],
    [{ pointer: '/cc/-1', exists: true },                  false],
    [{ pointer: '/cc/length', exists: true },              false],
    [{ pointer: '/a~1b/~0', equals: 'odd' },               true],
    [{ pointer: '/constructor', exists: true },            false],
    [{ pointer: '/__proto__', exists: true },              false],
    [{ pointer: '/to/0', exists: true },                   false],
  ])('%j is %s', (condition, holds) => {
    const when = { arguments: [condition] };
    expect(speaks({ when }, { tool_arguments: input })).toBe(holds);
  });

  test('no test of an argument holds where none are known, but of its absence', () => {
    const when = { arguments: [{ pointer: '/to', equals: 'x' }] };
    expect(speaks({ when }, { tool_arguments: undefined })).toBe(false);
  });
});

describe('a condition of the call', () => {
  // prettier-ignore
  test.each([
    [{ tools: ['email:*'] },                   {},                                                          true],
    [{ tools: ['email:sen'] },                 {},                                                          false],
    [{ tools: ['calendar:*', 'email:send'] },  {},                                                          true],
    [{ when: { intents: ['mail'] } },          { execution_metadata: { agent_intent: 'mail' } },            true],
    [{ when: { intents: ['mail'] } },          { execution_metadata: { agent_intent: 'other' } },           false],
    [{ when: { intents: ['mail'] } },          {},                                                          false],
    [{ when: { lanes: ['docs'] } },            { lane_id: 'docs' },                                         true],
    [{ when: { lanes: ['docs'] } },            {},                                                          false],
    [{ when: { tasks: ['task-*'] } },          {},                                                          true],
    [{ when: { tasks: ['other-*'] } },         {},                                                          false],
    [{ when: { origin: 'session' } },          { execution_metadata: { agent_session_call: true } },        true],
    [{ when: { origin: 'session' } },          {},                                                          false],
    [{ when: { origin: 'host' } },             {},                                                          true],
  ])('%j of %j is %s', (definition, given, holds) => {
    expect(speaks(definition, given)).toBe(holds);
  });
});

describe('a condition of the history', () => {
  const secrets = {
    tools: ['files:read'],
    arguments: [{ pointer: '/file', matches: 'secrets/**' }],
  };
  const tests = { tools: ['tests:run'] };
  const parse = (when: object) =>
    ruleDefinition.parse({ id: 'r', decision: 'deny', tools: ['*'], when }).when;
  const [readSecret] = parse({ after: [secrets] })?.after ?? [];
  const [ranTests] = parse({ after: [tests] })?.after ?? [];
  if (!readSecret || !ranTests) throw new Error('the patterns did not parse');
  const book = historyBook([readSecret, ranTests, readSecret]);
  const after = (...calls: readonly [string, object][]) =>
    new Set(calls.flatMap(([tool_name, input]) => book.factsOf({ tool_name, input })));

  // prettier-ignore
  test.each([
    [{ after: [secrets] },                         [],                                                   false],
    [{ after: [secrets] },                         [['files:read', { file: 'secrets/a' }]],              true],
    [{ after: [secrets] },                         [['files:read', { file: 'docs/a' }]],                 false],
    [{ after: [secrets] },                         [['files:list', { file: 'secrets/a' }]],              false],
    [{ after: [secrets, tests] },                  [['files:read', { file: 'secrets/a' }]],              false],
    [{ after: [secrets, tests] },                  [['files:read', { file: 'secrets/a' }], ['tests:run', {}]], true],
    [{ unless_after: [tests] },                    [],                                                   true],
    [{ unless_after: [tests] },                    [['tests:run', {}]],                                  false],
  ] as const)('%j after %j is %s', (when, calls, holds) => {
    const history = after(...(calls as readonly [string, object][]));
    expect(speaks({ when }, { history })).toBe(holds);
  });

  test('a fact is named by its pattern, and asked about by its tools', () => {
    expect(factOf(readSecret)).toMatch(/^[0-9a-f]{16}$/);
    expect(factOf(readSecret)).not.toBe(factOf(ranTests));
    expect(book.asksAbout('files:read')).toBe(true);
    expect(book.asksAbout('email:send')).toBe(false);
  });
});

describe('effects in the order of their strictness', () => {
  const order: readonly PolicyEffect[] = ['allow', 'modify', 'approval_required', 'defer', 'deny'];
  const pairs = order.flatMap((a, at) => order.map((b, bt) => [a, b, order[Math.max(at, bt)]]));
  test.each(pairs)('%s and %s is %s', (a, b, strictest) => {
    const rules = [a, b].map((decision, at) => ({
      ...{ id: `r${at}`, trigger: 'on_tool_request' as const },
      decision: decision ?? 'deny',
    }));
    expect(evaluatePolicy([{ level: 'workspace', rules }], request()).decision).toBe(strictest);
  });
});

describe('a rule in shadow mode', () => {
  const allow = rule({ id: 'open', decision: 'allow' });
  const shadow = rule({ id: 'watch', decision: 'deny', mode: 'shadow' });

  test('decides nothing, and says what it would have decided', () => {
    const layers = [{ level: 'workspace' as const, rules: [allow, shadow] }];
    expect(evaluatePolicy(layers, request())).toEqual({
      decision: 'allow',
      decisions: [
        { policy_id: 'open', decision: 'allow', level: 'workspace' },
        { policy_id: 'watch', decision: 'deny', level: 'workspace', mode: 'shadow' },
      ],
      shadow_decision: 'deny',
      warnings: [],
    });
  });

  test('does not allow either', () => {
    const open = rule({ id: 'watch', decision: 'allow', mode: 'shadow' });
    const layers = [{ level: 'workspace' as const, rules: [open] }];
    const evaluation = evaluatePolicy(layers, request());
    expect(evaluation.decision).toBe('deny');
    expect(evaluation.shadow_decision).toBe('allow');
  });

  test('that throws says deny, in the shadow', () => {
    const broken = {
      ...shadow,
      when: () => {
        throw new Error('broken');
      },
    };
    const layers = [{ level: 'workspace' as const, rules: [allow, broken] }];
    expect(evaluatePolicy(layers, request()).decision).toBe('allow');
  });
});

describe('terms of approvals that several rules ask for', () => {
  const asking = (approval: object) => rule({ decision: 'approval_required', approval });
  // prettier-ignore
  test.each([
    [[{ expires_in_ms: 100 }, { expires_in_ms: 50 }],                { expires_in_ms: 50 }],
    [[{ quorum: 2 }, { quorum: 3 }, {}],                             { quorum: 3 }],
    [[{ approvers: ['anna', 'ben'] }, { approvers: ['ben'] }],       { approvers: ['ben'] }],
    [[{ approvers: ['anna'] }, { approvers: ['ben'] }],              { approvers: [] }],
    [[{ distinct: false }, { distinct: true }],                      { distinct: true }],
  ])('%j are %j', (terms, merged) => {
    const rules = terms.map(asking);
    const evaluation = evaluatePolicy([{ level: 'workspace', rules }], request());
    expect(evaluation.approval).toEqual(merged);
  });
});

describe('definitions that are refused', () => {
  // prettier-ignore
  test.each([
    [{ tools: [] },                                                         'tools'],
    [{ decision: 'maybe' },                                                 'decision'],
    [{ when: { argument: [] } },                                            'argument'],
    [{ when: { arguments: [{ pointer: 'to', equals: 'x' }] } },             'JSON Pointer'],
    [{ when: { arguments: [{ pointer: '/~2', equals: 'x' }] } },            'JSON Pointer'],
    [{ when: { arguments: [{ pointer: '/to' }] } },                         'expected a test'],
    [{ when: { arguments: [{ pointer: '/to', regex: 'x' }] } },             'regex'],
    [{ when: { intents: [] } },                                             'intents'],
    [{ approval: { quorum: 2 } },                                           'goes with decision approval_required'],
    [{ decision: 'approval_required', approval: { quorum: 0 } },            'quorum'],
    [{ decision: 'modify' },                                                'decision modify goes with it'],
    [{ modify: [{ pointer: '/a', value: 1 }] },                             'goes with decision modify'],
    [{ mode: 'off' },                                                       'mode'],
  ])('%j: %s', (given, why) => {
    const parsed = ruleDefinition.safeParse({ id: 'r', decision: 'deny', tools: ['*'], ...given });
    expect(parsed.success).toBe(false);
    expect(JSON.stringify(parsed.error?.issues)).toContain(why);
  });
});
