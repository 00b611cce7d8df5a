/** What the server needs to know of an API in order to stand in for it. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Completion, IdPrefixes } from './completion.ts';
import type { ProviderKind, Refusal, ServedRequest } from './contract.ts';

/** Troubles that the HTTP side finds, which each vendor words in its own way. */
export type Trouble =
  | { readonly kind: 'wrong_method'; readonly method: string }
  | { readonly kind: 'wrong_content_type'; readonly content_type: string }
  | { readonly kind: 'too_large'; readonly max: number }
  | { readonly kind: 'not_json' }
  | { readonly kind: 'unknown_model'; readonly model: string }
  /** The test asks for this status. */
  | { readonly kind: 'status'; readonly status: number }
  /** The script and the request do not fit. */
  | { readonly kind: 'script'; readonly message: string };

export type Judgement =
  | { readonly served: ServedRequest; readonly refusal?: undefined }
  | { readonly refusal: Refusal; readonly served?: undefined };

export interface WireFormat {
  readonly kind: ProviderKind;
  readonly path: string;
  readonly request_id_header: string;
  readonly id_prefixes: IdPrefixes;
  /** Credential and version headers. */
  readonly refuseHeaders: (
    headers: IncomingHttpHeaders,
    api_key: string | undefined,
  ) => Refusal | undefined;
  /** Everything that can be wrong with a JSON body. */
  readonly judgeBody: (body: unknown) => Judgement;
  readonly describeTrouble: (trouble: Trouble) => Refusal;
  readonly errorBody: (refusal: Refusal, request_id: string) => unknown;
  /** An error in the middle of a stream, as one SSE frame. */
  readonly errorFrame: (refusal: Refusal, request_id: string) => string;
  readonly answerBody: (completion: Completion) => unknown;
  /** The same answer as SSE frames, each ready to be written. */
  readonly answerFrames: (completion: Completion, served: ServedRequest) => readonly string[];
  /** A frame of this stream with broken JSON in it. */
  readonly garbageFrame: string;
}
