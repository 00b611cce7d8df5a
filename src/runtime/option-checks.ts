/** Refuses options that are no options, all at once and by name, before anything is opened. */
import { z } from 'zod';
import { describeIssues, policyEffect, ruleDefinition, RuntimeError } from '../../kernel/index.ts';
import type { EvidenceOptions } from './evidence-keys.ts';
import type { RuntimeOptions, SystemParts } from './options.ts';

/** An object of the host's own making, told by the methods that it has to have. */
const having = (...methods: readonly string[]) =>
  z.custom<object>(
    (value) =>
      typeof value === 'object' &&
      value !== null &&
      methods.every((name) => typeof Reflect.get(value, name) === 'function'),
    `expected an object with ${methods.join(', ')}`,
  );

const path = z.string().min(1, 'expected a path, got an empty text');

const tool = z.looseObject({
  name: z.string().min(1),
  input_schema: having('safeParse'),
  handler: z.looseObject({}),
});

const layer = z.looseObject({
  level: z.string(),
  default_decision: policyEffect.optional(),
  rules: z.array(z.looseObject({ id: z.string().min(1) })),
});

const systemParts = z.strictObject({
  clock: having('now').optional(),
  alarm: having('set').optional(),
  ids: having('next').optional(),
  environment: z.looseObject({}).optional(),
} satisfies Record<keyof SystemParts, z.ZodType>);

/** An evidence key: what it signs names it by its id. */
const key = (...methods: readonly string[]) =>
  having(...methods).refine(
    (value) => /^[0-9a-f]{64}$/.test(String(Reflect.get(value, 'key_id'))),
    'expected a key_id of 64 hex digits',
  );

const evidence = z.strictObject({
  signer: key('sign', 'verify').optional(),
  trusted: z.array(key('verify')).optional(),
} satisfies Record<keyof EvidenceOptions, z.ZodType>);

const runtimeOptions = z.strictObject({
  workspace: path.optional(),
  lane: z.string().optional(),
  store: z.union([path, having('commit', 'get', 'scan', 'close')]).optional(),
  tools: z.array(tool).optional(),
  model: having('executeTurn').optional(),
  models: z.record(z.string(), having('executeTurn')).optional(),
  policy: z.array(layer).optional(),
  rules: z.array(ruleDefinition).optional(),
  layers: z.array(layer).optional(),
  evidence: evidence.optional(),
  inspect: z
    .union([z.custom((value) => typeof value === 'function'), z.looseObject({})])
    .optional(),
  recover: z.boolean().optional(),
  drive: z.boolean().optional(),
  system: systemParts.optional(),
} satisfies Record<keyof RuntimeOptions, z.ZodType>);

/** @throws RuntimeError INVALID_INPUT naming every option that does not fit. */
export function assertOptions(options: unknown): void {
  const { error } = runtimeOptions.safeParse(options);
  if (error) throw new RuntimeError('INVALID_INPUT', `createRuntime: ${describeIssues(error)}`);
}
