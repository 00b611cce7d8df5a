/** How an author writes a tool. */
import type { z } from 'zod';
import { toolName, type ProbeAnswer, type Recovery } from '../contract/index.ts';
import type { ToolCapability, ToolRun, ToolScope } from '../contract/index.ts';
import { RuntimeError } from '../errors.ts';

export interface ToolDefinition<Input extends z.ZodType> {
  /** `namespace:verb-noun`. */
  readonly name: string;
  /** What it does, in a sentence that a model can act on. */
  readonly description: string;
  /** Schema of the input: parsed before policy sees it, and shown to the model. */
  readonly input: Input;
  /** Schema of what `run` returns; an answer that does not fit is INVALID_OUTPUT. */
  readonly output?: z.ZodType;
  /** Default `write`. */
  readonly permission?: 'read' | 'write' | 'admin';
  /** Grants that the configuration must give, every one of them. Default none. */
  readonly scopes?: readonly ToolScope[];
  /** Names of the variables it needs. Default none. */
  readonly env?: readonly string[];
  /** What may be done after a crash in the middle of a call. Default `manual`. */
  readonly recovery?: Recovery;
  /** Milliseconds until a call is given up. Default 60,000. */
  readonly timeout_ms?: number;
  /** Default `1.0.0`. */
  readonly version?: string;
  /** Performs the effect. A `{success, data | error}` object is taken as the output itself. */
  readonly run: (input: z.output<Input>, run: ToolRun) => unknown;
  /** With `recovery: 'probe'`: did the effect with this key happen? Must not change anything. */
  readonly probe?: (key: string, input: z.output<Input>) => Promise<ProbeAnswer>;
}

/**
 * Makes a tool that can be registered.
 * @throws RuntimeError CONFIGURATION_ERROR for a bad name or a probe that is missing.
 * @example
 * const echo = defineTool({
 *   name: 'demo:echo',
 *   description: 'Says it again.',
 *   input: z.strictObject({ text: z.string() }),
 *   run: ({ text }) => ({ text }),
 * });
 */
export function defineTool<Input extends z.ZodType>(
  definition: ToolDefinition<Input>,
): ToolCapability {
  const name = toolName.safeParse(definition.name);
  if (!name.success) {
    const [issue] = name.error.issues;
    throw new RuntimeError('CONFIGURATION_ERROR', `Tool ${definition.name}: ${issue?.message}`);
  }
  const recovery = definition.recovery ?? 'manual';
  if (recovery === 'probe' && !definition.probe) {
    throw new RuntimeError(
      'CONFIGURATION_ERROR',
      `Tool ${name.data}: recovery probe needs a probe`,
    );
  }
  return {
    name: name.data,
    description: definition.description,
    domain: name.data.split(':')[0] ?? name.data,
    version: definition.version ?? '1.0.0',
    permission: definition.permission ?? 'write',
    required_scopes: definition.scopes ?? [],
    required_env: definition.env ?? [],
    input_schema: definition.input,
    output_schema: definition.output,
    recovery,
    timeout_ms: definition.timeout_ms ?? 60_000,
    handler: { kind: 'in-process', fn: definition.run },
    probe: definition.probe as ToolCapability['probe'],
  };
}
