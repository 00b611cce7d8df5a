/** What goes over the wire for an answer, planned as data before a byte of it is sent. */
import type { IdSource } from '../../../kernel/index.ts';
import { toCompletion, type Completion } from './completion.ts';
import type { ModelAnswer, Refusal, ServedRequest } from './contract.ts';
import type { WireFormat } from './wire-format.ts';

export interface BytesPlan {
  readonly kind: 'bytes';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly chunks: readonly string[];
  /** Whether the response ends properly; otherwise its connection is broken. */
  readonly is_whole: boolean;
}

export type ResponsePlan = BytesPlan | { readonly kind: 'silence' } | { readonly kind: 'reset' };

type Headers = Readonly<Record<string, string>>;

/** Has no room: what both APIs say in a busy hour, in a running stream as well. */
const OVERLOADED = 529;
const PORTAL_PAGE = '<!doctype html><title>Sign in</title><p>Sign in to use this network.';

/** Plans the response to a request that was not refused. */
export function planAnswer(
  wire: WireFormat,
  served: ServedRequest,
  answer: ModelAnswer,
  ids: IdSource,
): ResponsePlan {
  if (answer.fault === 'hang') return { kind: 'silence' };
  if (answer.fault === 'reset') return { kind: 'reset' };
  const plan = planBytes(wire, served, answer, ids);
  return {
    ...plan,
    status: answer.status ?? plan.status,
    headers: { ...plan.headers, ...answer.headers },
  };
}

/** Plans the response to a request that is refused. */
export function planRefusal(wire: WireFormat, refusal: Refusal, ids: IdSource): BytesPlan {
  const request_id = ids.next('req');
  const text = JSON.stringify(wire.errorBody(refusal, request_id));
  return {
    ...planText('application/json', text, { [wire.request_id_header]: request_id }),
    status: refusal.status,
  };
}

function planBytes(
  wire: WireFormat,
  served: ServedRequest,
  answer: ModelAnswer,
  ids: IdSource,
): BytesPlan {
  const { fault, status, body } = answer;
  if (fault === 'html') return planText('text/html', PORTAL_PAGE);
  if (fault === 'redirect') {
    return { ...planText('text/plain', '', { location: '/elsewhere' }), status: 307 };
  }
  if (body !== undefined) {
    return planText('application/json', typeof body === 'string' ? body : JSON.stringify(body));
  }
  if (status !== undefined && status >= 400) {
    return planRefusal(wire, wire.describeTrouble({ kind: 'status', status }), ids);
  }
  const completion = toCompletion(answer, served, wire.id_prefixes, ids);
  const request_id = ids.next('req');
  return served.stream
    ? planStream(wire, wire.answerFrames(completion, served), answer, request_id)
    : planWhole(wire, completion, answer, request_id);
}

function planStream(
  wire: WireFormat,
  frames: readonly string[],
  { fault }: ModelAnswer,
  request_id: string,
): BytesPlan {
  const plan: BytesPlan = {
    kind: 'bytes',
    status: 200,
    headers: {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache',
      [wire.request_id_header]: request_id,
    },
    chunks: frames,
    is_whole: true,
  };
  const firstHalf = frames.slice(0, Math.ceil(frames.length / 2));
  switch (fault) {
    case 'die_mid_stream':
      return { ...plan, chunks: firstHalf, is_whole: false };
    case 'error_mid_stream': {
      const refusal = wire.describeTrouble({ kind: 'status', status: OVERLOADED });
      return { ...plan, chunks: [...firstHalf, wire.errorFrame(refusal, request_id)] };
    }
    case 'garbage':
      return { ...plan, chunks: [...firstHalf, wire.garbageFrame] };
    default:
      return plan;
  }
}

function planWhole(
  wire: WireFormat,
  completion: Completion,
  { fault }: ModelAnswer,
  request_id: string,
): BytesPlan {
  const text = JSON.stringify(wire.answerBody(completion));
  const headers = { [wire.request_id_header]: request_id };
  const plan = planText('application/json', text, headers);
  const firstHalf = text.slice(0, text.length / 2);
  switch (fault) {
    case 'die_mid_stream':
      return { ...plan, chunks: [firstHalf], is_whole: false };
    case 'error_mid_stream': {
      const refusal = wire.describeTrouble({ kind: 'status', status: OVERLOADED });
      const body = JSON.stringify(wire.errorBody(refusal, request_id));
      return { ...planText('application/json', body, headers), status: OVERLOADED };
    }
    case 'garbage':
      return planText('application/json', firstHalf, headers);
    default:
      return plan;
  }
}

function planText(content_type: string, text: string, headers: Headers = {}): BytesPlan {
  return {
    kind: 'bytes',
    status: 200,
    headers: {
      'content-type': content_type,
      'content-length': String(Buffer.byteLength(text)),
      ...headers,
    },
    chunks: [text],
    is_whole: true,
  };
}
