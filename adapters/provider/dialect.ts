/**
 * What a wire format must be able to say and to understand. Everything behind these interfaces is
 * pure: a dialect knows no HTTP, no time and no retry.
 */
import type { Usage } from '../../kernel/contract/index.ts';
import type { ResolvedProfile, TurnRequest } from '../../kernel/index.ts';
import type { Outcome } from './shared/failure.ts';
import type { JsonObject } from './shared/json.ts';
import type { ToolNames } from './shared/tool-names.ts';

export type ProviderKind = ResolvedProfile['provider'];

/** A tool call as it stands on the wire: the wire's name, and every property the model gave. */
export interface NativeCall {
  readonly name: string;
  readonly input: JsonObject;
}

/** What a model answered, read but not yet judged: the same form for every wire format. */
export interface Answer {
  readonly model?: string | undefined;
  /** All text, as the model wrote it: prose, or an envelope in JSON. */
  readonly text: string;
  /** The envelope, where the model gave it as an object (through the reply tool). */
  readonly envelope?: JsonObject | undefined;
  readonly calls: readonly NativeCall[];
  readonly finish_reason: string;
  readonly usage?: Usage | undefined;
}

/** Puts one streamed answer together, frame by frame. */
export interface StreamReader {
  /** Takes the data of one frame; answers the message so far where the frame added text. */
  readonly accept: (data: string) => Outcome<string | undefined>;
  /** Whether the frame that ends an answer has come. */
  readonly isComplete: () => boolean;
  /** The answer, judged exactly as if it had come in one piece. */
  readonly answer: () => Outcome<Answer>;
}

export interface Dialect {
  readonly kind: ProviderKind;
  /** Wire names that the dialect uses itself, so that no tool may have them. */
  readonly reservedNames: readonly string[];
  /** Headers that carry the credential and the version, for this endpoint. */
  readonly headersOf: (profile: ResolvedProfile, endpoint: string) => Record<string, string>;
  /** The request body, as an object for `JSON.stringify`. */
  readonly bodyOf: (request: TurnRequest, names: ToolNames) => object;
  /** Reads a whole response body. A stop that is no success is a failure here. */
  readonly readAnswer: (body: unknown) => Outcome<Answer>;
  readonly openStream: () => StreamReader;
}
