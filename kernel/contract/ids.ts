/**
 * Identifiers: what a name from the outside must look like before anything is done with it.
 * They become store keys, file names and log fields, so hostile ones are refused at the door.
 */
import { z } from 'zod';

/** A letter or digit, then letters, digits and `. _ : @ -`; 128 characters at most. */
const plainId = (what: string) =>
  z
    .string({ error: `${what} must be a string` })
    .trim()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._:@-]{0,127}$/, {
      error: `${what} starts with a letter or digit and has up to 128 letters, digits or . _ : @ -`,
    });

export const sessionId = plainId('session_id');
export const taskId = plainId('task_id');
export const runId = plainId('run_id');

/** A name that people choose and other places refer to: a model profile, an intent, a rule. */
export const chosenName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:@/-]{0,127}$/, {
  error: 'expected a letter or digit, then at most 127 of: letters, digits . _ : @ / -',
});

/** `namespace:verb-noun`, as in `calendar:create-event`. */
export const toolName = z
  .string()
  .trim()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]*(?::[A-Za-z0-9][A-Za-z0-9_.-]*)*$/, {
    error: 'a tool name looks like namespace:verb-noun',
  })
  .max(128);

/** The effect ids of a session follow from positions, so that a re-run asks for the same effect. */
export const turnEffectId = (session_id: string, turn_index: number): string =>
  `${session_id}/turn/${turn_index}`;

export const toolEffectId = (session_id: string, tool_call_index: number): string =>
  `${session_id}/tool/${tool_call_index}`;

/** The id that messages, history and providers see for a tool call, counted from 1. */
export const toolCallId = (tool_call_index: number): string =>
  `agent-runtime-tool-call-${tool_call_index + 1}`;
