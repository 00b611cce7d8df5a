/** Transcripts that no vendor would take as they are, and what becomes of them. */
import { expect, test } from 'vitest';
import { NO_RESULT, pairCalls } from '../../../adapters/provider/shared/conversation.ts';
import type { Message } from '../../../kernel/index.ts';

const asked = (...ids: readonly string[]): Message => ({
  role: 'assistant',
  content: '',
  tool_calls: ids.map((tool_call_id) => ({ tool_call_id, name: 'a:b', input: {} })),
});
const result = (content: string, tool_call_id?: string): Message => ({
  role: 'tool',
  content,
  ...(tool_call_id !== undefined && { tool_call_id }),
});

/** The calls of each assistant entry as `id=result`. */
function paired(...messages: readonly Message[]) {
  return pairCalls(messages).map((entry) =>
    entry.role === 'assistant'
      ? entry.calls.map((call) => `${call.id}=${call.result}`)
      : entry.text,
  );
}

test.each<[why: string, messages: readonly Message[], expected: unknown]>([
  ['a call and its result', [asked('1'), result('x', '1')], [['1=x']]],
  [
    'results in another order',
    [asked('1', '2'), result('y', '2'), result('x', '1')],
    [['1=x', '2=y']],
  ],
  ['a call without a result', [asked('1')], [[`1=${NO_RESULT}`]]],
  [
    'a result before its call answers another one',
    [result('x', '1'), asked('1')],
    [['1=x'], [`1_2=${NO_RESULT}`]],
  ],
  [
    'an id that is used twice',
    [asked('1'), result('x', '1'), asked('1'), result('y', '1')],
    [['1=x'], ['1_2=y']],
  ],
  [
    'a second result for one call',
    [asked('1'), result('x', '1'), result('y', '1')],
    [['1=x'], ['1_2=y']],
  ],
  ['results without ids', [result('x'), result('y')], [['call=x'], ['call_2=y']]],
  ['an id that no vendor takes', [result('x', 'a:b/c')], [['a_b_c=x']]],
  ['an id that is too long', [result('x', 'i'.repeat(99))], [[`${'i'.repeat(40)}=x`]]],
  [
    'text between a call and its result',
    [asked('1'), { role: 'user', content: 'hm' }, result('x', '1')],
    [['1=x'], 'hm'],
  ],
])('%s', (_, messages, expected) => {
  expect(paired(...messages)).toEqual(expected);
});

test('a result without a call keeps its tool, and its text stays in the tool role', () => {
  const approval: Message = {
    role: 'tool',
    tool_name: 'kernel:approval',
    tool_call_id: 'request-1',
    content: '{"approval":{"approved":true}}',
  };
  expect(pairCalls([approval])).toEqual([
    {
      role: 'assistant',
      text: '',
      calls: [{ id: 'request-1', name: 'kernel:approval', input: {}, result: approval.content }],
    },
  ]);
});

test('a long transcript with one id for everything is mended in one pass', () => {
  const messages = Array.from({ length: 3_000 }, (_, index) =>
    index % 2 === 0 ? asked('same') : result(String(index), 'same'),
  );
  const entries = pairCalls(messages);
  const results = entries.flatMap((entry) => (entry.role === 'assistant' ? entry.calls : []));
  expect(results.map((call) => call.result)).toEqual(
    Array.from({ length: 1_500 }, (_, index) => String(index * 2 + 1)),
  );
  expect(new Set(results.map(({ id }) => id)).size).toBe(1_500);
});
