/** Renders an answer as the Chat Completions API does, whole or as a stream. */
import { toPieces, type Completion } from '../completion.ts';
import type { FinishReason, Refusal, ServedRequest } from '../contract.ts';

/** A fixed instant in seconds, so that the same script gives the same bytes. */
const CREATED_AT_S = 1_767_225_600;

/** The answer as one JSON body. */
export function answerBody(completion: Completion): unknown {
  const { text, calls, finish_reason } = completion;
  const isRefusal = finish_reason === 'refusal';
  return {
    ...envelope(completion, 'chat.completion'),
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: isRefusal || text === '' ? null : text,
          refusal: isRefusal ? text : null,
          annotations: [],
          ...(calls.length > 0 && {
            tool_calls: calls.map(({ id, name, input }) => ({
              id,
              type: 'function',
              function: { name, arguments: JSON.stringify(input) },
            })),
          }),
        },
        logprobs: null,
        finish_reason: wireReason(finish_reason),
      },
    ],
    usage: wireUsage(completion),
  };
}

/** The answer as the frames of a stream, the closing `[DONE]` included. */
export function answerFrames(completion: Completion, served: ServedRequest): readonly string[] {
  const { text, calls, finish_reason } = completion;
  const head = envelope(completion, 'chat.completion.chunk');
  const usageSoFar = served.include_usage ? { usage: null } : {};
  const chunk = (delta: object, reason: string | null = null): string =>
    frame({
      ...head,
      choices: [{ index: 0, delta, logprobs: null, finish_reason: reason }],
      ...usageSoFar,
    });
  const textKey = finish_reason === 'refusal' ? 'refusal' : 'content';
  return [
    chunk({ role: 'assistant', content: calls.length > 0 ? null : '', refusal: null }),
    ...toPieces(text).map((piece) => chunk({ [textKey]: piece })),
    ...calls.flatMap((call, index) => callDeltas(call, index).map((delta) => chunk(delta))),
    chunk({}, wireReason(finish_reason)),
    ...(served.include_usage
      ? [frame({ ...head, choices: [], usage: wireUsage(completion) })]
      : []),
    'data: [DONE]\n\n',
  ];
}

/** The id and the name come first, then the arguments in pieces that only carry the index. */
function callDeltas(call: Completion['calls'][number], index: number): readonly object[] {
  const { id, name, input } = call;
  return [
    { tool_calls: [{ index, id, type: 'function', function: { name, arguments: '' } }] },
    ...toPieces(JSON.stringify(input)).map((piece) => ({
      tool_calls: [{ index, function: { arguments: piece } }],
    })),
  ];
}

/** An error as a JSON body. */
export function errorBody({ message, type, param, code }: Refusal): unknown {
  return { error: { message, type, param: param ?? null, code: code ?? null } };
}

/** An error in the middle of a stream. */
export function errorFrame(refusal: Refusal): string {
  return frame(errorBody(refusal));
}

export const garbageFrame = 'data: {"id":"chatcmpl-1","choices":[{"delta"\n\n';

function frame(data: unknown): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}

function envelope({ id, model }: Completion, object: string): object {
  return {
    id,
    object,
    created: CREATED_AT_S,
    model,
    service_tier: 'default',
    system_fingerprint: 'fp_scripted',
  };
}

function wireUsage({ usage: { input_tokens, output_tokens } }: Completion): object {
  return {
    prompt_tokens: input_tokens,
    completion_tokens: output_tokens,
    total_tokens: input_tokens + output_tokens,
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: 0,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}

/** A refusal ends with an ordinary `stop`; only the message tells. */
function wireReason(reason: FinishReason): string {
  return reason === 'refusal' ? 'stop' : reason;
}
