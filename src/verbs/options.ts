/** What a host hands to a verb: refused by name where it does not fit, before anything opens. */
import { z } from 'zod';
import { systemClock } from '../../adapters/index.ts';
import { message, sessionId, type Clock, type ExecuteTurnInput } from '../../kernel/index.ts';
import { parse } from '../runtime/session-options.ts';
import { TURNS_PER_INVOCATION, type CreateContext, type ToolExecutor } from './contract.ts';
import { isStorable, NOT_STORABLE } from './storable.ts';

const isFunction = (value: unknown): boolean => typeof value === 'function';

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
const isExecutor = (value: unknown): boolean =>
  isObject(value) && 'executeTool' in value && isFunction(value.executeTool);

const turns = z.int().nonnegative().default(TURNS_PER_INVOCATION);
const messages = z.array(message).refine(isStorable, NOT_STORABLE);
/** The turn input is parsed where it is known which kernel takes it. */
const turnInput = z.custom<ExecuteTurnInput>(isObject, 'expected an object');

const driving = z.object({
  runtime: z.custom<ToolExecutor>(isExecutor, 'expected an object with executeTool'),
  createContext: z.custom<CreateContext>(isFunction, 'expected a function'),
});
const path = z.string().min(1);
const now = z.custom<() => string>(isFunction, 'expected a function').optional();
const stored = driving.extend({ storageRoot: path, maxTurnsPerInvocation: turns, now });

export const loopOptions = driving.extend({ executeTurnInput: turnInput, maxTurns: turns });
export const startSessionOptions = stored.extend({ executeTurnInput: turnInput });
export const resumeSessionOptions = stored.extend({
  sessionId,
  continuationMessages: messages.default([]),
});
export const startWorkflowOptions = stored.extend({ workflow: z.unknown() });
export const resumeWorkflowOptions = stored.extend({
  sessionId,
  continuationMessagesByNodeId: z.record(z.string(), messages).default({}),
});

export const stateStoreOptions = z.object({ workspaceRoot: path, now });
/** What `createRuntime` does not look at itself. */
export const kernelRuntimeOptions = z.object({
  workspaceRoot: path,
  workspaceFileName: path.optional(),
  workspaceFilePath: path.optional(),
  policyLayers: z.array(z.looseObject({})).optional(),
  now,
});

const instant = z.iso.datetime({ offset: true });

/** The host's clock, or else the system's. @throws RuntimeError INVALID_INPUT: it tells no time */
export function clockOf(now: (() => string) | undefined): Clock {
  if (!now) return systemClock;
  parse(instant, now(), 'now');
  return { now: () => Date.parse(now()) };
}
