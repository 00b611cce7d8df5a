/** From a name and an untrusted input to a call that policy can look at, or to a refusal. */
import { z } from 'zod';
import { executionContext, type ExecutionContext, type ToolOutput } from '../contract/index.ts';
import { messageOf, RuntimeError } from '../errors.ts';
import { describeIssues, failure, type Call, type CallContext } from './call.ts';
import { defineTool } from './define.ts';
import { copyOf, parseInput, type ReadInput } from './input.ts';
import type { ToolRegistry } from './registry.ts';

const NAME_LENGTH_SHOWN = 80;

/** @throws RuntimeError INVALID_INPUT: a context is the host's own, so a bad one is its bug. */
export function parseContext(context: ExecutionContext): CallContext {
  const refuse = (why: string): never => {
    throw new RuntimeError('INVALID_INPUT', `Execution context: ${why}`);
  };
  const copy = copyOf(context);
  if ('unfit' in copy) return refuse(copy.unfit);
  const parsed = executionContext.safeParse(copy.value);
  return parsed.success ? parsed.data : refuse(describeIssues(parsed.error));
}

export interface Request {
  readonly name: string;
  readonly input: unknown;
  readonly context: CallContext;
  readonly origin: Call['origin'];
  readonly effect_id: string;
  readonly attempt: number;
  /** Names that the model was offered; absent where a host calls. */
  readonly offered?: ReadonlySet<string> | undefined;
}

export interface Prepared {
  readonly call: Call;
  readonly refusal?: ToolOutput;
}

/** Looks the tool up and parses the input; a refusal comes with a call that evidence can name. */
export function prepare(registry: ToolRegistry, request: Request): Prepared {
  const { name, context, origin, effect_id, attempt } = request;
  const tool = registry.lookup(name);
  const base = { context, origin, effect_id, attempt };
  if (!tool) {
    // Hosts are not all typed: what came as a name may be anything.
    const shown = messageOf(name).slice(0, NAME_LENGTH_SHOWN);
    const refusal = failure('TOOL_NOT_FOUND', `There is no tool named ${JSON.stringify(shown)}`);
    return { call: { ...base, tool: UNKNOWN_TOOL, input: {} }, refusal };
  }
  const parsed = parseInput(tool, request.input);
  const { value: input, read_from } = 'refusal' in parsed ? NOTHING_READ : parsed;
  const call = { ...base, tool, input, read_from };
  if (request.offered && !request.offered.has(name)) {
    const refusal = failure('TOOL_NOT_OFFERED', `${name} was not offered to the model`);
    return { call, refusal };
  }
  return 'refusal' in parsed ? { call, refusal: parsed.refusal } : { call };
}

const NOTHING_READ: ReadInput = { value: {} };

/** Stands in the evidence for a tool that does not exist. */
const UNKNOWN_TOOL = defineTool({
  name: 'kernel:unknown-tool',
  description: 'Stands for a tool that is not registered.',
  input: z.unknown(),
  run: () => failure('TOOL_NOT_FOUND', 'There is no such tool'),
});
