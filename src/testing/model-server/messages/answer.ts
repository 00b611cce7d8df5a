/** Renders an answer as the Messages API does, whole or as a stream. */
import { toPieces, type Completion } from '../completion.ts';
import type { FinishReason, Refusal } from '../contract.ts';

/** The answer as one JSON body. */
export function answerBody(completion: Completion): unknown {
  return {
    ...envelope(completion),
    content: [...textBlocks(completion), ...completion.calls.map(toolUseBlock)],
    ...stop(completion),
    usage: wireUsage(completion, completion.usage.output_tokens),
  };
}

/** The answer as the frames of a stream, the `ping` included. */
export function answerFrames(completion: Completion): readonly string[] {
  const { usage } = completion;
  const start = {
    ...envelope(completion),
    content: [],
    stop_reason: null,
    stop_sequence: null,
    stop_details: null,
    usage: wireUsage(completion, Math.min(1, usage.output_tokens)),
  };
  return [
    frame('message_start', { message: start }),
    frame('ping', {}),
    ...blockFrames(completion),
    frame('message_delta', {
      delta: { ...stop(completion), container: null },
      usage: deltaUsage(completion),
    }),
    frame('message_stop', {}),
  ];
}

function blockFrames(completion: Completion): readonly string[] {
  const texts = textBlocks(completion).map((block) => ({
    block: { ...block, text: '' },
    deltas: toPieces(block.text).map((text): object => ({ type: 'text_delta', text })),
  }));
  const uses = completion.calls.map((call) => ({
    block: { ...toolUseBlock(call), input: {} },
    deltas: ['', ...toPieces(JSON.stringify(call.input))].map((partial_json): object => ({
      type: 'input_json_delta',
      partial_json,
    })),
  }));
  return [...texts, ...uses].flatMap(({ block, deltas }, index) => [
    frame('content_block_start', { index, content_block: block }),
    ...deltas.map((delta) => frame('content_block_delta', { index, delta })),
    frame('content_block_stop', { index }),
  ]);
}

/** An error as a JSON body. */
export function errorBody({ type, message }: Refusal, request_id: string): unknown {
  return { type: 'error', error: { type, message }, request_id };
}

/** An error in the middle of a stream. */
export function errorFrame(refusal: Refusal, request_id: string): string {
  return `event: error\ndata: ${JSON.stringify(errorBody(refusal, request_id))}\n\n`;
}

export const garbageFrame =
  'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta"\n\n';

function frame(type: string, data: object): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;
}

function envelope({ id, model }: Completion): object {
  return { id, type: 'message', role: 'assistant', model, container: null, diagnostics: null };
}

function textBlocks({ text }: Completion): readonly { readonly text: string }[] {
  const block = { type: 'text', text, citations: null };
  return text === '' ? [] : [block];
}

function toolUseBlock({ id, name, input }: Completion['calls'][number]): object {
  return { type: 'tool_use', id, name, input, caller: { type: 'direct' } };
}

const STOP_REASONS: Readonly<Record<FinishReason, string>> = {
  stop: 'end_turn',
  length: 'max_tokens',
  tool_calls: 'tool_use',
  content_filter: 'refusal',
  refusal: 'refusal',
};

function stop({ finish_reason }: Completion): object {
  const stop_reason = STOP_REASONS[finish_reason];
  const stop_details =
    stop_reason === 'refusal' ? { type: 'refusal', category: null, explanation: null } : null;
  return { stop_reason, stop_sequence: null, stop_details };
}

function wireUsage(completion: Completion, output_tokens: number): object {
  return {
    ...deltaUsage(completion),
    output_tokens,
    cache_creation: null,
    inference_geo: null,
    service_tier: 'standard',
    speed: null,
  };
}

function deltaUsage({ usage: { input_tokens, output_tokens } }: Completion): object {
  return {
    input_tokens,
    output_tokens,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: 0,
    output_tokens_details: null,
    server_tool_use: null,
  };
}
