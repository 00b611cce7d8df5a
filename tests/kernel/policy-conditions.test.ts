/** Conditions decide whether a rule hits; one that fails denies (cases Q5, Q12, Q13). */
import { expect, test } from 'vitest';
import { policyTrigger, type PolicyEffect, type PolicyRule } from '../../kernel/contract/index.ts';
import { evaluate, idsOf, layer, ofDefault, ofRule, rule } from './support/policy.ts';

test.each(policyTrigger.options)('Q5 rules of %s are evaluated', (trigger) => {
  const others = policyTrigger.options.filter((other) => other !== trigger);
  const rules = [
    rule('hit', 'approval_required', { trigger }),
    ...others.map((other) => rule(`missed-${other}`, 'deny', { trigger: other })),
  ];
  const evaluation = evaluate([layer('workspace', { rules })], { trigger });
  expect(evaluation.decision).toBe('approval_required');
  expect(idsOf(evaluation)).toEqual(['hit']);
});

const allowByDefault = ofDefault('workspace', 'allow');
const guarded = {
  ...allowByDefault,
  rules: [
    rule('no-etc', 'deny', {
      when: ({ tool_arguments }) => String(tool_arguments?.['path']).startsWith('/etc/'),
    }),
  ],
};

test.each([
  ['Q12 an argument that matches', { path: '/etc/passwd' }, 'deny'],
  ['Q12 an argument that does not', { path: 'notes.md' }, 'allow'],
  ['Q13 no arguments', undefined, 'allow'],
])('%s', (_, tool_arguments, decision) => {
  expect(evaluate([guarded], { tool_arguments }).decision).toBe(decision);
});

const fails = (when: () => unknown): PolicyRule =>
  rule('broken', 'allow', { when: when as () => boolean });
const throws = (thrown: unknown) => () => {
  throw thrown;
};

test.each([
  ['throws an error', throws(new Error('no such list')), 'threw: no such list'],
  ['throws a string', throws('no'), 'threw: no'],
  ['throws what has no text', throws(Object.create(null)), 'threw: Something without a text'],
  ['answers a promise', () => Promise.resolve(false), 'answered object'],
  ['answers nothing', () => undefined, 'answered undefined'],
  ['answers a truthy text', () => 'yes', 'answered string'],
])('a condition that %s denies', (_, when, why) => {
  const evaluation = evaluate([layer('workspace', { rules: [fails(when)] })]);
  expect(evaluation.decision).toBe('deny');
  expect(evaluation.decisions).toEqual([
    {
      policy_id: 'broken',
      decision: 'deny',
      level: 'workspace',
      reason: expect.stringContaining(why) as unknown,
    },
  ]);
});

test.each(['Allow', '__proto__', ''])('an effect %j that is none denies', (effect) => {
  const decision = effect as PolicyEffect;
  expect(evaluate([ofDefault('workspace', decision)]).decision).toBe('deny');
  expect(evaluate([allowByDefault, ofRule('task', 'x', decision)]).decision).toBe('deny');
});
