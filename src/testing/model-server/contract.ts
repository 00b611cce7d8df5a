/** What a test says to the model server, and what the server tells it of the requests that came. */
import type { Message, ResolvedProfile } from '../../../kernel/index.ts';
import type { Lines } from '../script.ts';

export type ProviderKind = ResolvedProfile['provider'];

/** A tool as the request offers it, under the name that the wire has for it. */
export interface OfferedTool {
  readonly name: string;
  readonly description: string;
  readonly input_schema: Readonly<Record<string, unknown>>;
}

/** A request that the real API would take, in one form for both APIs. */
export interface ServedRequest {
  readonly kind: ProviderKind;
  readonly model: string;
  /** System prompt first, tool results as `tool` messages, names and ids as on the wire. */
  readonly messages: readonly Message[];
  readonly tools: readonly OfferedTool[];
  readonly stream: boolean;
  /** A streamed Chat Completions answer ends with its usage only where the request asks for it. */
  readonly include_usage: boolean;
  /** The body as it came. */
  readonly raw: Readonly<Record<string, unknown>>;
}

export interface AnsweredCall {
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** Default: one of its own. */
  readonly id?: string;
}

/** Why the model stopped; `refusal` turns the text into a refusal. */
export type FinishReason = 'stop' | 'length' | 'tool_calls' | 'content_filter' | 'refusal';

/** What goes wrong instead of an answer, or in the middle of it. */
export type ModelFault =
  /** Never answers. */
  | 'hang'
  /** Resets the connection instead of answering. */
  | 'reset'
  /** Sends the first half of the answer, then breaks the connection. */
  | 'die_mid_stream'
  /** Sends the first half of a stream, then an error event of the vendor. */
  | 'error_mid_stream'
  /** Answers 200 with a web page, as a captive portal does. */
  | 'html'
  /** Answers 200 with broken JSON, in a stream after its first half. */
  | 'garbage'
  /** Answers 307 to another path of this server. */
  | 'redirect';

export interface ModelAnswer {
  readonly text?: string;
  readonly tool_calls?: readonly AnsweredCall[];
  /** Default `tool_calls` with tool calls, `stop` otherwise. */
  readonly finish_reason?: FinishReason;
  /** Default: a quarter of the characters of the request and of the answer. */
  readonly usage?: { readonly input_tokens: number; readonly output_tokens: number };
  /** From 400 on, without a `body`: the error that the vendor sends with that status. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent instead of a rendered answer: text as it is, anything else as JSON. */
  readonly body?: unknown;
  readonly fault?: ModelFault;
  /** Awaited before each frame of a stream (counted from 0), or before the body otherwise. */
  readonly pace?: (frame_index: number) => Promise<void> | void;
}

/** Why a request was not answered by the script. */
export interface Refusal {
  readonly status: number;
  /** The vendor's own name for the kind of error. */
  readonly type: string;
  readonly message: string;
  /** Chat Completions only. */
  readonly code?: string | undefined;
  /** Chat Completions only: the field at fault. */
  readonly param?: string | undefined;
}

export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  /** Names in lower case, the credential included. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  /** Absent where the request was refused. */
  readonly served?: ServedRequest | undefined;
  readonly refusal?: Refusal | undefined;
  /** Answers once the connection is done with it: in full, or broken off by either side. */
  readonly ended: Promise<'answered' | 'broken_off'>;
}

export interface ModelServerOptions {
  /** A list, or one function for every call; only requests that are not refused count. */
  readonly answers: Lines<[request: ServedRequest], ModelAnswer>;
  /** The only credential that is accepted. Default: any. */
  readonly api_key?: string;
  /** The only models that exist. Default: any. */
  readonly models?: readonly string[];
  /** Largest request body in bytes. Default 32 MiB, as the Messages API has it. */
  readonly request_bytes_max?: number;
}

export interface ModelServer {
  /** `http://127.0.0.1:<port>`, without a path. */
  readonly url: string;
  readonly requests: readonly ReceivedRequest[];
  /** Throws on unexpected requests, on answers that threw and on answers that were not used. */
  readonly assertDone: () => void;
  /** Breaks every open connection and stops listening. */
  readonly close: () => Promise<void>;
}
