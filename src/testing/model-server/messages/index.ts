/** The Messages API, as far as a stand-in for it goes. */
import type { WireFormat } from '../wire-format.ts';
import { answerBody, answerFrames, errorBody, errorFrame, garbageFrame } from './answer.ts';
import { describeTrouble } from './errors.ts';
import { judgeBody, refuseHeaders } from './request.ts';

export const messages: WireFormat = {
  kind: 'messages_compatible',
  path: '/v1/messages',
  request_id_header: 'request-id',
  id_prefixes: { answer: 'msg', call: 'toolu' },
  refuseHeaders,
  judgeBody,
  describeTrouble,
  errorBody,
  errorFrame,
  answerBody,
  answerFrames,
  garbageFrame,
};
