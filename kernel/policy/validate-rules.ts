/** Validates rules that come from code or files, before any of them decides on anything. */
import { z } from 'zod';
import {
  LAYER_LEVELS,
  approvalTerms,
  modification,
  policyEffect,
  policyTrigger,
  type PolicyRequest,
  type PolicyRule,
  type RuleDefinition,
} from '../contract/index.ts';
import { RuntimeError } from '../errors.ts';
import { describeIssues } from '../tools/call.ts';

const text = (field: string) =>
  z
    .string({ error: `${field} must be a string` })
    .refine((value) => value.isWellFormed(), `${field} must be well-formed Unicode`)
    .trim()
    .min(1, `${field} must not be empty`);

/** Closed, because a misspelt `when` would make a rule match always. */
const ruleSchema = z.strictObject({
  id: text('id'),
  trigger: z.enum(policyTrigger.options, {
    error: `trigger must be one of ${policyTrigger.options.join(', ')}`,
  }),
  decision: z.enum(policyEffect.options, {
    error: `decision must be one of ${policyEffect.options.join(', ')}`,
  }),
  reason: text('reason').optional(),
  when: z
    .custom<(request: PolicyRequest) => boolean>((value) => typeof value === 'function', {
      error: 'when must be a function',
    })
    .optional(),
  mode: z.enum(['enforce', 'shadow']).optional(),
  approval: approvalTerms.optional(),
  modify: z.array(modification).min(1).optional(),
  /** What a compiled rule was made of was checked when it was read. */
  definition: z.custom<RuleDefinition>((value) => typeof value === 'object').optional(),
});

const rulesSchema = z.array(ruleSchema, { error: 'policy rules must be an array' });

const layersSchema = z.array(
  z.strictObject({
    level: z.enum(LAYER_LEVELS),
    default_decision: policyEffect.optional(),
    allow_loosening: z.boolean().optional(),
    rules: rulesSchema,
  }),
);

/**
 * Checks layers that a host made in code, before they decide on anything: a misspelt trigger or
 * `when` would open what it was to close, and what is no text does not fit into the evidence.
 * @throws RuntimeError CONFIGURATION_ERROR naming each place and what is wrong with it.
 */
export function validatePolicyLayers(layers: unknown): void {
  const parsed = layersSchema.safeParse(layers);
  if (parsed.success) return;
  throw new RuntimeError('CONFIGURATION_ERROR', `Policy layers: ${describeIssues(parsed.error)}`);
}

/**
 * Checks what a policy factory answered.
 * @throws RuntimeError CONFIGURATION_ERROR naming `source`, each rule and what is wrong with it.
 */
export function validatePolicyRules(value: unknown, source: string): readonly PolicyRule[] {
  const parsed = rulesSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => {
    const [index] = path;
    return typeof index === 'number' ? `rule ${nameOf(value, index)}: ${message}` : message;
  });
  throw new RuntimeError('CONFIGURATION_ERROR', `${source}: ${problems.join('; ')}`);
}

/** The id of a rule where it has one, else its place in the list. */
function nameOf(rules: unknown, index: number): string {
  const candidate: unknown = Array.isArray(rules) ? rules[index] : undefined;
  const named = z.object({ id: z.string().trim().min(1) }).safeParse(candidate);
  return named.success ? named.data.id : `#${index}`;
}
