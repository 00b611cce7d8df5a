/** The policy version moves with everything that can change a decision, and with nothing else. */
import { expect, test } from 'vitest';
import type { PolicyLayer, PolicyRule } from '../../kernel/contract/index.ts';
import { policyVersion } from '../../kernel/policy/version.ts';

const isWrite: PolicyRule['when'] = ({ tool_name }) => tool_name === 'files:write';
const first: PolicyRule = {
  id: 'demo.first',
  trigger: 'on_tool_request',
  decision: 'approval_required',
  reason: 'Writes are looked at',
  when: isWrite,
};
const second: PolicyRule = { id: 'demo.second', trigger: 'on_claim', decision: 'deny' };
const workspace: PolicyLayer = {
  level: 'workspace',
  default_decision: 'deny',
  allow_loosening: true,
  rules: [first, second],
};
const pack: PolicyLayer = { level: 'pack', rules: [] };

const BASE = policyVersion([workspace, pack], 'hash');
const withRule = (change: Partial<PolicyRule>) =>
  policyVersion([{ ...workspace, rules: [{ ...first, ...change }, second] }, pack], 'hash');
const withLayer = (change: Partial<PolicyLayer>) =>
  policyVersion([{ ...workspace, ...change }, pack], 'hash');

test('it is a prefix and a sha256', () => expect(BASE).toMatch(/^pv-[0-9a-f]{64}$/));

test.each([
  ['the rule id', withRule({ id: 'demo.other' })],
  ['the trigger', withRule({ trigger: 'on_claim' })],
  ['the decision', withRule({ decision: 'allow' })],
  ['the reason', withRule({ reason: 'Other' })],
  ['the condition', withRule({ when: ({ tool_name }) => tool_name === 'files:read' })],
  ['no condition', withRule({ when: undefined })],
  ['the level', withLayer({ level: 'lane' })],
  ['the default', withLayer({ default_decision: 'allow' })],
  ['no default', withLayer({ default_decision: undefined })],
  ['the opt-in', withLayer({ allow_loosening: false })],
  ['the order of rules', withLayer({ rules: [second, first] })],
  ['one rule less', withLayer({ rules: [first] })],
  ['one layer less', policyVersion([workspace], 'hash')],
  ['the config', policyVersion([workspace, pack], 'other')],
])('%s changes it', (_, version) => expect(version).not.toBe(BASE));

test('the order in which levels are given does not change it', () => {
  expect(policyVersion([pack, workspace], 'hash')).toBe(BASE);
});

test('an absent opt-in is no opt-in', () => {
  expect(withLayer({ allow_loosening: undefined })).toBe(withLayer({ allow_loosening: false }));
});

test('a function that says another source of itself is not believed', () => {
  const disguised: PolicyRule['when'] = () => true;
  disguised.toString = () => isWrite.toString();
  expect(withRule({ when: disguised })).not.toBe(BASE);
});
