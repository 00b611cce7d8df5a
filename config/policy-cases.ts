/** policy.test.yaml: calls, and what the policy of the workspace is expected to decide on them. */
import { z } from 'zod';
import { approvalTerms, chosenName, toolName } from '../kernel/contract/index.ts';
import type { DocumentKind } from './document.ts';
import { text } from './fields.ts';

const input = z.record(z.string(), z.unknown());

const earlierCall = z.strictObject({
  tool: toolName.meta({ description: 'Name of the tool.', examples: ['files:read'] }),
  input: input.default({}).meta({ description: 'Its input.' }),
});

const policyCase = z.strictObject({
  name: text.meta({ description: 'What the case shows.', examples: ['a note is deleted'] }),
  tool: toolName.meta({ description: 'Tool of the call.', examples: ['notes:delete'] }),
  input: input.optional().meta({
    description: 'Input of the call. Absent: what calls of the tool start from.',
  }),
  intent: text.optional().meta({ description: 'Intent of the turn that asks for it.' }),
  lane: chosenName.optional().meta({ description: 'Lane in which it is made.' }),
  origin: z.enum(['session', 'host']).default('session').meta({
    description: 'Whether a model asks for the call, or a host makes it.',
  }),
  metadata: z.record(z.string(), z.unknown()).default({}).meta({
    description: 'What else the call carries into policy.',
  }),
  after: z.array(earlierCall).default([]).meta({
    description: 'Calls that the session has started before.',
  }),
  expect: z.enum(['allow', 'approval_required', 'defer', 'deny']).meta({
    description: 'What becomes of the call.',
    examples: ['deny'],
  }),
  rule: text.optional().meta({
    description: 'A rule that has to be among those that decide.',
    examples: ['no-deletes'],
  }),
  becomes: input.optional().meta({ description: 'The input after rules have changed it.' }),
  terms: approvalTerms.optional().meta({
    description: 'Terms that the approval has to have, among others.',
  }),
});
/** A call with the decision that is expected on it. */
export type PolicyCase = z.infer<typeof policyCase>;

const policyCases = z.strictObject({
  cases: z.array(policyCase).min(1).meta({ description: 'The cases, in any order.' }),
});

export const POLICY_CASES: DocumentKind<z.infer<typeof policyCases>> = {
  name: 'policy.test.yaml',
  schema: policyCases,
  jsonSchema: () => z.toJSONSchema(policyCases, { io: 'input' }),
  crossCheck: () => [],
};
