/** Layers and rules lead to the decision that the contract promises (cases Q1 to Q14). */
import { expect, test } from 'vitest';
import {
  approval,
  policyDecision,
  type PolicyEffect,
  type PolicyLayer,
} from '../../kernel/contract/index.ts';
import { evaluate, idsOf, layer, ofDefault, ofRule, rule } from './support/policy.ts';

const denyByDefault = ofDefault('workspace', 'deny');
const openToLoosening = { ...denyByDefault, allow_loosening: true };
const allowByDefault = ofDefault('workspace', 'allow');

const decisionTable: readonly (readonly [
  title: string,
  layers: readonly PolicyLayer[],
  decision: PolicyEffect,
  ids: readonly string[],
  warnings: number,
])[] = [
  ['no layer', [], 'deny', ['kernel.policy.no-policy'], 0],
  ['no default and no rule', [layer('workspace')], 'deny', ['kernel.policy.no-policy'], 0],
  ['a default alone', [allowByDefault], 'allow', ['kernel.policy.default.workspace'], 0],
  ['a rule alone', [ofRule('task', 'a', 'allow')], 'allow', ['a'], 0],
  [
    'Q1 lane deny beats task allow',
    [allowByDefault, ofRule('lane', 'd', 'deny'), ofRule('task', 'a', 'allow')],
    'deny',
    ['d', 'a'],
    1,
  ],
  [
    'Q2 a default deny holds against an allow without opt-in',
    [denyByDefault, ofRule('task', 'a', 'allow')],
    'deny',
    ['a', 'kernel.policy.default.workspace'],
    1,
  ],
  ['Q3 and gives way with it', [openToLoosening, ofRule('task', 'a', 'allow')], 'allow', ['a'], 0],
  [
    'Q4 an opt-in never overrides an upstream deny rule',
    [{ ...openToLoosening, rules: [rule('d', 'deny')] }, ofRule('task', 'a', 'allow')],
    'deny',
    ['d', 'a'],
    1,
  ],
  [
    'Q6 a default conflict',
    [denyByDefault, ofDefault('lane', 'allow')],
    'deny',
    ['kernel.policy.default.workspace'],
    1,
  ],
  [
    'Q9 an approval rule',
    [allowByDefault, ofRule('pack', 'p', 'approval_required')],
    'approval_required',
    ['p'],
    0,
  ],
  [
    'Q10 approval_required beats allow',
    [layer('pack', { rules: [rule('a', 'allow'), rule('p', 'approval_required')] })],
    'approval_required',
    ['a', 'p'],
    0,
  ],
  [
    'Q11 deny beats approval_required',
    [layer('pack', { rules: [rule('p', 'approval_required'), rule('d', 'deny')] })],
    'deny',
    ['p', 'd'],
    0,
  ],
  [
    'a layer excepts from its own default',
    [{ ...denyByDefault, rules: [rule('a', 'allow')] }],
    'allow',
    ['a'],
    0,
  ],
  [
    'a narrower default tightens a wider rule',
    [ofRule('workspace', 'a', 'allow'), ofDefault('lane', 'deny')],
    'deny',
    ['a', 'kernel.policy.default.lane'],
    0,
  ],
  [
    'a default approval is not loosened without opt-in',
    [ofDefault('workspace', 'approval_required'), ofRule('task', 'a', 'allow')],
    'approval_required',
    ['a', 'kernel.policy.default.workspace'],
    1,
  ],
  [
    'an approval rule does not loosen a default deny without opt-in',
    [denyByDefault, ofRule('task', 'p', 'approval_required')],
    'deny',
    ['p', 'kernel.policy.default.workspace'],
    1,
  ],
  [
    'an approval rule is not loosened at all',
    [{ ...openToLoosening, rules: [rule('p', 'approval_required')] }, ofRule('task', 'a', 'allow')],
    'approval_required',
    ['p', 'a'],
    1,
  ],
  [
    'one opt-in does not speak for another layer',
    [openToLoosening, ofDefault('lane', 'deny'), ofRule('task', 'a', 'allow')],
    'deny',
    ['a', 'kernel.policy.default.lane'],
    1,
  ],
  [
    'the wider of two defaults is named',
    [denyByDefault, ofDefault('lane', 'deny')],
    'deny',
    ['kernel.policy.default.workspace'],
    0,
  ],
];

test.each(decisionTable)('%s', (_, layers, decision, ids, warnings) => {
  const evaluation = evaluate(layers);
  expect(evaluation.decision).toBe(decision);
  expect(idsOf(evaluation)).toEqual(ids);
  expect(evaluation.warnings).toHaveLength(warnings);
});

test('Q2 the warning says loosening', () => {
  const { warnings } = evaluate([denyByDefault, ofRule('task', 'a', 'allow')]);
  expect(warnings).toEqual([
    'Refused a loosening: rule a of layer task says allow, ' +
      'but the default of layer workspace says deny',
  ]);
});

test('Q6 the warning names the layer of a refused default', () => {
  const { warnings } = evaluate([denyByDefault, ofDefault('lane', 'allow')]);
  expect(warnings).toEqual([expect.stringMatching(/loosening.*default of layer lane says allow/)]);
});

test('Q7 the warning names the rule and the layer', () => {
  const { warnings } = evaluate([denyByDefault, ofRule('lane', 'demo.open', 'allow')]);
  expect(warnings).toEqual([expect.stringMatching(/loosening.*rule demo\.open of layer lane/)]);
});

test('one warning per layer names all its refused rules', () => {
  const rules = [rule('a', 'allow'), rule('b', 'allow')];
  const { warnings } = evaluate([denyByDefault, layer('task', { rules })]);
  expect(warnings).toEqual([expect.stringContaining('rule a, b of layer task')]);
});

test('every decision has its level and its reason', () => {
  const rules = [rule('d', 'deny', { reason: 'Not here' })];
  const { decisions } = evaluate([allowByDefault, layer('lane', { rules })]);
  expect(decisions).toEqual([
    { policy_id: 'd', decision: 'deny', level: 'lane', reason: 'Not here' },
  ]);
  expect(evaluate([denyByDefault]).decisions).toEqual([
    {
      policy_id: 'kernel.policy.default.workspace',
      decision: 'deny',
      level: 'workspace',
      reason: 'Default of layer workspace',
    },
  ]);
});

test('layers count by level, and those of one level as they come', () => {
  const task = ofRule('task', 'a', 'allow');
  const first = ofRule('pack', 'first', 'allow');
  const second = ofRule('pack', 'second', 'allow');
  expect(idsOf(evaluate([task, first, denyByDefault, second]))).toEqual([
    'first',
    'second',
    'a',
    'kernel.policy.default.workspace',
  ]);
});

test('Q8 an approval record carries its run and its expiry', () => {
  expect(approval.shape.run_id.safeParse('run-1').success).toBe(true);
  expect(approval.shape.expires_at.safeParse('2026-01-02T03:04:05.000Z').success).toBe(true);
});

test('Q14 a decision may be approval_required', () => {
  const decision = { policy_id: 'p', decision: 'approval_required' };
  expect(policyDecision.parse(decision)).toEqual(decision);
});
