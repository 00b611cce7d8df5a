/** An operator's answer to an escalated session, carried out. */
import {
  RuntimeError,
  toolCallId,
  type EscalationAnswer,
  type Limits,
  type Message,
  type ToolOutput,
} from '../../kernel/index.ts';
import { currentCall, type SessionContext, type SessionEvent } from '../../machines/index.ts';
import type { Actors } from './actor-host.ts';
import { createToolResultMessage } from './messages.ts';
import { requestedCall } from './requested-call.ts';
import type { SessionFiles } from './session-files.ts';

export interface EscalationParts {
  readonly actors: Actors;
  readonly effectiveLimits: (asked: Limits | undefined) => Limits;
}

/** @throws RuntimeError EVENT_NOT_ACCEPTED, INVALID_INPUT */
export async function answerEscalation(
  { actors, effectiveLimits }: EscalationParts,
  session_id: string,
  answer: EscalationAnswer,
  /** Stages the answer, and the limits that count from here on: what configuration allows today. */
  stage: (files: SessionFiles, limits: Limits) => void,
): Promise<void> {
  const live = await actors.activate(session_id);
  // A call that was cut off may not have ended yet: how it ended decides what an answer can mean.
  await actors.quiet(session_id);
  const { context } = live.actor.getSnapshot();
  const result =
    context.escalated_from === 'call' ? await resultFor(live.files, context) : undefined;
  await actors.deliver(session_id, eventOf(answer), {
    stage: (files) => {
      const messages = told(answer, context, result);
      const limits = effectiveLimits(files.start.limits);
      stage(files, limits);
      for (const message of messages) {
        if (message.role === 'tool') files.transcript.appendResult(message);
        else files.transcript.append(message);
      }
      actors.active(session_id)?.actor.send({ type: 'limits.changed', limits });
      return undefined;
    },
  });
}

/** What an answer is to the machine. */
export function eventOf({ action }: Pick<EscalationAnswer, 'action'>): SessionEvent {
  switch (action) {
    case 'continue':
      return { type: 'escalation.continued' };
    case 'retry':
      return { type: 'escalation.retried' };
    case 'use_result':
      return { type: 'escalation.result_given' };
    case 'abandon':
      return { type: 'escalation.abandoned' };
  }
}

type MakeResult = (output: ToolOutput) => Message;

async function resultFor(files: SessionFiles, context: SessionContext): Promise<MakeResult> {
  const position = currentCall(context);
  const { call } = await requestedCall(files, position);
  const id = toolCallId(position.tool_call_index);
  return (output) => createToolResultMessage({ toolName: call.name, toolCallId: id, output });
}

/** What the model gets to read of the answer. */
function told(
  answer: EscalationAnswer,
  context: SessionContext,
  result: MakeResult | undefined,
): Message[] {
  switch (answer.action) {
    case 'use_result':
      return result ? [result({ success: true, data: answer.output })] : [];
    case 'continue':
      return result
        ? [result(unsettled(answer.message, context))]
        : asMessage(answer.message, context);
    case 'retry':
    case 'abandon':
      return [];
  }
}

/** The call that stood still is over without a result; the operator's words go with it. */
function unsettled(operator_message: string | undefined, context: SessionContext): ToolOutput {
  const { code = 'EFFECT_IN_DOUBT', message = 'The call has no result' } = context.escalation ?? {};
  const details = operator_message === undefined ? undefined : { operator_message };
  return { success: false, error: { code, message, ...(details && { details }) } };
}

function asMessage(text: string | undefined, context: SessionContext): Message[] {
  if (text === undefined) return [];
  if (context.escalated_from === 'next_call') {
    const message = 'A message cannot come between the calls of one turn: answer with retry';
    throw new RuntimeError('INVALID_INPUT', message);
  }
  return [{ role: 'user', content: text }];
}
