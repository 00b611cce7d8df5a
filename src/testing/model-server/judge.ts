/** Decides on a request as the real API would: who it is for, and whether it is refused. */
import type { IncomingHttpHeaders } from 'node:http';
import { chatCompletions } from './chat-completions/index.ts';
import type { ModelServerOptions } from './contract.ts';
import { parseJson } from './json.ts';
import { messages } from './messages/index.ts';
import type { Judgement, Trouble, WireFormat } from './wire-format.ts';

const WIRE_FORMATS: readonly WireFormat[] = [chatCompletions, messages];

/** A request as it came, its body read. */
export interface Arrival {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Absent where it was larger than allowed. */
  readonly body: string | undefined;
}

export type Requirements = Pick<ModelServerOptions, 'api_key' | 'models'> & {
  readonly request_bytes_max: number;
};

/** Finds the API that a request is for. An unknown path is refused in the words of the first. */
export function judge(
  arrival: Arrival,
  requirements: Requirements,
): { readonly wire: WireFormat; readonly judgement: Judgement } {
  const wire = WIRE_FORMATS.find(({ path }) => path === arrival.path);
  if (wire) return { wire, judgement: judgeFor(wire, arrival, requirements) };
  const message = `Invalid URL (${arrival.method} ${arrival.path})`;
  return {
    wire: chatCompletions,
    judgement: { refusal: { status: 404, type: 'invalid_request_error', message } },
  };
}

function judgeFor(wire: WireFormat, arrival: Arrival, requirements: Requirements): Judgement {
  const { method, headers, body } = arrival;
  const refuse = (trouble: Trouble): Judgement => ({ refusal: wire.describeTrouble(trouble) });
  if (method !== 'POST') return refuse({ kind: 'wrong_method', method });
  const refusal = wire.refuseHeaders(headers, requirements.api_key);
  if (refusal) return { refusal };
  const content_type = headers['content-type'] ?? '';
  if (!/^application\/json\b/i.test(content_type)) {
    return refuse({ kind: 'wrong_content_type', content_type });
  }
  if (body === undefined) return refuse({ kind: 'too_large', max: requirements.request_bytes_max });
  const raw = parseJson(body);
  if (raw === undefined) return refuse({ kind: 'not_json' });
  const judgement = wire.judgeBody(raw);
  const model = judgement.served?.model;
  if (model === undefined || !requirements.models || requirements.models.includes(model)) {
    return judgement;
  }
  return refuse({ kind: 'unknown_model', model });
}
