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
import { createToolResultMessage, type ToolNews } from './messages.ts';
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
  const event = eventOf(answer);
  await actors.activate(session_id, { expects: event });
  // A call that was cut off may not have ended yet: how it ended decides what an answer can mean.
  await actors.quiet(session_id);
  await actors.deliver(session_id, event, {
    // Not before: the machine hears of an end a moment after it is quiet.
    prepare: async (files, { actor }) => {
      const { context } = actor.getSnapshot();
      const call = context.escalated_from === 'call' ? await callAt(files, context) : undefined;
      return () => {
        const messages = answerMessages(answer, context, call);
        const limits = effectiveLimits(files.start.limits);
        stage(files, limits);
        for (const message of messages) {
          if (message.role === 'tool') files.transcript.appendResult(message);
          else files.transcript.append(message);
        }
        actor.send({ type: 'limits.changed', limits });
        return undefined;
      };
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

/** The call that stands still, as the model knows it. */
type StandingCall = Omit<ToolNews, 'output'>;

async function callAt(files: SessionFiles, context: SessionContext): Promise<StandingCall> {
  const position = currentCall(context);
  const { call } = await requestedCall(files, position);
  return { toolName: call.name, toolCallId: toolCallId(position.tool_call_index) };
}

/** What the model gets to read of an answer; `call` is the one that stands still, if any. */
export function answerMessages(
  answer: EscalationAnswer,
  context: SessionContext,
  call: StandingCall | undefined,
): Message[] {
  const result = (output: ToolOutput): Message[] =>
    call ? [createToolResultMessage({ ...call, output })] : [];
  switch (answer.action) {
    case 'use_result':
      return result({ success: true, data: answer.output });
    case 'continue':
      return call ? result(unsettled(answer.message, context)) : asMessage(answer.message, context);
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
