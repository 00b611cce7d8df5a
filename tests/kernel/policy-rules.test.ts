/** Rules from code and files are refused at the start, each with its name and what is wrong. */
import { expect, test } from 'vitest';
import { RuntimeError } from '../../kernel/errors.ts';
import { validatePolicyLayers, validatePolicyRules } from '../../kernel/policy/validate-rules.ts';

const SOURCE = 'policy_factory of pack demo';
const RULE = { id: 'demo.rule', trigger: 'on_tool_request', decision: 'deny' };

function refusal(value: unknown): string {
  try {
    validatePolicyRules(value, SOURCE);
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(RuntimeError);
    expect(thrown).toMatchObject({ code: 'CONFIGURATION_ERROR' });
    return (thrown as RuntimeError).message;
  }
  return 'accepted';
}

test('Q21 an invalid decision names policy_factory and decision', () => {
  expect(refusal([{ ...RULE, decision: 'maybe' }])).toBe(
    'policy_factory of pack demo: rule demo.rule: ' +
      'decision must be one of allow, modify, approval_required, defer, deny',
  );
});

test.each([
  ['no array', { 0: RULE }, 'policy rules must be an array'],
  ['nothing', undefined, 'policy rules must be an array'],
  ['no object', ['deny'], 'rule #0: '],
  ['no id', [{ ...RULE, id: undefined }], 'rule #0: id must be a string'],
  ['a blank id', [{ ...RULE, id: '  ' }], 'rule #0: id must not be empty'],
  ['an unknown trigger', [{ ...RULE, trigger: 'on_boot' }], 'rule demo.rule: trigger must be one'],
  ['a prototype name', [{ ...RULE, decision: '__proto__' }], 'decision must be one of'],
  ['a blank reason', [{ ...RULE, reason: '' }], 'rule demo.rule: reason must not be empty'],
  [
    'a condition in words',
    [{ ...RULE, when: 'always' }],
    'rule demo.rule: when must be a function',
  ],
  ['a misspelt condition', [{ ...RULE, wehn: () => false }], 'wehn'],
  [
    'two bad rules',
    [
      { ...RULE, when: 1 },
      { ...RULE, id: 'x', reason: 2 },
    ],
    'rule x: reason',
  ],
])('refused: %s', (_, value, message) => {
  expect(refusal(value)).toContain(`${SOURCE}: `);
  expect(refusal(value)).toContain(message);
});

test('good rules come back as they are', () => {
  const rules = [RULE, { ...RULE, id: 'demo.second', reason: 'Because', when: () => true }];
  expect(validatePolicyRules(rules, SOURCE)).toEqual(rules);
  expect(validatePolicyRules([], SOURCE)).toEqual([]);
});

const TRIGGER = { trigger: 'on_tool_request' };

test.each<readonly [string, object]>([
  ['a decision that there is not', { rules: [{ ...TRIGGER, id: 'a', decision: 'DENY' }] }],
  ['a misspelt trigger', { rules: [{ id: 'a', trigger: 'on_tool', decision: 'deny' }] }],
  ['a misspelt when', { rules: [{ ...TRIGGER, id: 'a', decision: 'allow', wen: () => false }] }],
  ['a reason that is no text', { rules: [{ ...TRIGGER, id: 'a', decision: 'deny', reason: 5 }] }],
  ['half a character', { rules: [{ ...TRIGGER, id: 'a', decision: 'deny', reason: '\ud800' }] }],
  ['no rules', { rules: undefined }],
  ['a level that there is not', { level: 'Workspace' }],
  ['a default that there is not', { default_decision: 'ALLOW' }],
  ['an opt-in that is a text', { allow_loosening: 'no' }],
])('layers with %s are refused', (_, layer) => {
  const layers = [{ level: 'workspace', rules: [], ...layer }];
  expect(() => validatePolicyLayers(layers)).toThrow(
    expect.objectContaining({ code: 'CONFIGURATION_ERROR' }),
  );
});
