/** The dialect of the Chat Completions API and of the gateways that speak it. */
import type { Dialect } from '../dialect.ts';
import { bodyOf } from './request.ts';
import { readAnswer } from './response.ts';
import { openStream } from './stream.ts';

export const openaiCompatible: Dialect = {
  kind: 'openai_compatible',
  reservedNames: [],
  headersOf: ({ api_key }) => ({ authorization: `Bearer ${api_key}` }),
  bodyOf,
  readAnswer,
  openStream,
};
