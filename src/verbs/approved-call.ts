/**
 * A host that resolved an approval with our runtime goes on by handing over the message about it.
 * The call that was approved runs then, without the model having to ask for it again.
 */
import { z } from 'zod';
import { isRuntimeError, parseContext, type Message } from '../../kernel/index.ts';
import { createToolResultMessage } from '../runtime/messages.ts';
import { parseJson } from '../runtime/codec.ts';
import { internalsOf } from '../runtime/runtime.ts';
import type { CreateContext, ToolExecutor } from './contract.ts';
import { ifKnown } from './known-approval.ts';

const news = z.object({ approval: z.object({ request_id: z.string(), approved: z.boolean() }) });

/** The messages of a conversation with the results of the calls that they say were approved. */
export async function withApprovedCalls(
  messages: readonly Message[],
  executor: ToolExecutor,
  createContext: CreateContext,
): Promise<Message[]> {
  const own = internalsOf(executor);
  const last = messages.at(-1);
  const request_id = last && own ? approvedRequest(last) : undefined;
  if (!own || request_id === undefined) return [...messages];
  const approval = await ifKnown(own.approvals.granted(request_id));
  const { session_id } = parseContext(createContext({}));
  // An approval of another session grants this one nothing, and its input is none of its business.
  if (approval?.session_id !== session_id) return [...messages];
  const { tool_name: toolName, input, intent } = approval;
  const context = createContext(intent === undefined ? {} : { agent_intent: intent });
  const output = await executor.executeTool(toolName, input, context);
  return [...messages, createToolResultMessage({ toolName, toolCallId: request_id, output })];
}

function approvedRequest({ role, content }: Message): string | undefined {
  if (role !== 'tool') return undefined;
  try {
    const told = news.safeParse(parseJson(content, 'message'));
    return told.data?.approval.approved ? told.data.approval.request_id : undefined;
  } catch (error) {
    if (isRuntimeError(error)) return undefined;
    throw error;
  }
}
