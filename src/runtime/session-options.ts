/** What a session can be started with, and how what a host gives is parsed. */
import { z } from 'zod';
import {
  canonicalJson,
  limits as limitsSchema,
  message as messageSchema,
  messageOf,
  RuntimeError,
  sessionId,
  taskId,
  type Message,
} from '../../kernel/index.ts';
import { createHostContextMessages, hostContext } from './messages.ts';
import { readOptions } from './read-options.ts';

export const startOptions = z.strictObject({
  /** What the user says first. */
  message: z.string().min(1).optional(),
  /** A whole conversation to begin with; it comes before `message`. */
  messages: z.array(messageSchema).optional(),
  /** What the host knows, as system messages. */
  context: hostContext.strict().optional(),
  session_id: sessionId.optional(),
  task_id: taskId.optional(),
  /** Under the rules of which lane it is, for good. Default: the lane of the runtime. */
  lane: z.string().optional(),
  model_profile: z.string().trim().min(1).optional(),
  stream: z.boolean().optional(),
  limits: limitsSchema.optional(),
  /** Turns until the session pauses by itself. */
  max_turns: z.int().nonnegative().optional(),
  /** Start scheduled: the first turn runs at this instant. */
  wake_at: z.iso.datetime({ offset: true }).optional(),
  metadata: z.record(z.string(), z.unknown()).optional(),
});
export type StartOptions = z.input<typeof startOptions>;

/** @throws RuntimeError INVALID_INPUT naming every field that does not fit, or that is no JSON. */
export function parse<Schema extends z.ZodType>(
  schema: Schema,
  given: unknown,
  what: string,
): z.output<Schema> {
  const read = readOptions(what, schema, given);
  try {
    canonicalJson(read);
  } catch (cause) {
    throw new RuntimeError('INVALID_INPUT', `${what}: ${messageOf(cause)}`, { cause });
  }
  return read;
}

/** Puts together what a session begins with: context, conversation, message. */
export function firstMessages(options: z.output<typeof startOptions>): Message[] {
  return [
    ...createHostContextMessages(options.context ?? {}),
    ...(options.messages ?? []),
    ...(options.message === undefined ? [] : [{ role: 'user' as const, content: options.message }]),
  ];
}
