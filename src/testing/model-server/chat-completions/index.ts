/** The Chat Completions API, as far as a stand-in for it goes. */
import { answerBody, answerFrames, errorBody, errorFrame, garbageFrame } from './answer.ts';
import { describeTrouble } from './errors.ts';
import { judgeBody, refuseHeaders } from './request.ts';
import type { WireFormat } from '../wire-format.ts';

export const chatCompletions: WireFormat = {
  kind: 'openai_compatible',
  path: '/v1/chat/completions',
  request_id_header: 'x-request-id',
  id_prefixes: { answer: 'chatcmpl', call: 'call' },
  refuseHeaders,
  judgeBody,
  describeTrouble,
  errorBody,
  errorFrame,
  answerBody,
  answerFrames,
  garbageFrame,
};
