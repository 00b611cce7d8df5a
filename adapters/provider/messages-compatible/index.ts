/** The dialect of the Messages API and of the gateways that speak it. */
import type { Dialect } from '../dialect.ts';
import { REPLY_TOOL } from '../shared/instruction.ts';
import { bodyOf } from './request.ts';
import { readAnswer } from './response.ts';
import { openStream } from './stream.ts';

const VERSION = '2023-06-01';
const VENDOR_HOST = 'api.anthropic.com';

export const messagesCompatible: Dialect = {
  kind: 'messages_compatible',
  reservedNames: [REPLY_TOOL],
  headersOf: ({ api_key }, endpoint) => ({
    'x-api-key': api_key,
    'anthropic-version': VERSION,
    // Many gateways look for a bearer token only; the vendor takes one for a login of another kind.
    ...(new URL(endpoint).hostname !== VENDOR_HOST && { authorization: `Bearer ${api_key}` }),
  }),
  bodyOf,
  readAnswer,
  openStream,
};
