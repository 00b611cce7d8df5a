/** The envelope in text: read when it is whole, and followed while it is written. */
import { describe, expect, test } from 'vitest';
import { parseEnvelope } from '../../../adapters/provider/shared/envelope.ts';
import { createMessageDecoder } from '../../../adapters/provider/shared/message-decoder.ts';

describe('parseEnvelope', () => {
  test.each([
    ['bare', '{"intent":"a"}'],
    ['with white space around it', ' \n{"intent":"a"}\n'],
    ['in a fence', '```json\n{"intent":"a"}\n```'],
    ['in a fence without a language', '```\n{"intent":"a"}```'],
    ['in a fence over many lines', '```JSON\n{\n  "intent": "a"\n}\n```\n'],
  ])('%s', (_, text) => {
    expect(parseEnvelope(text)).toEqual({ intent: 'a' });
  });

  test.each([
    '',
    'null',
    '[]',
    '"text"',
    'Here it is: {"intent":"a"}',
    '{"intent":"a"',
    '``````',
    '```json {"intent":"a"}```',
    '```\nno json\n```',
  ])('%o is none', (text) => {
    expect(parseEnvelope(text)).toBeUndefined();
  });
});

describe('createMessageDecoder', () => {
  /** What is told after each single character, without repetitions. */
  const toldOf = (text: string): readonly string[] => {
    const decode = createMessageDecoder();
    return [...new Set(text.split('').map((character) => decode(character)))];
  };
  const lastOf = (text: string) => toldOf(text).at(-1);

  test.each([
    ['the message alone', { status: 'reply', intent: 'a', assistant_message: 'Hi' }, 'Hi'],
    ['the message first', { assistant_message: 'Hi', status: 'reply' }, 'Hi'],
    ['escapes', { assistant_message: '"\\/\b\f\n\r\té \u0001' }, '"\\/\b\f\n\r\té \u0001'],
    [
      'brackets and keys in it',
      { assistant_message: '{"assistant_message":"x"}]' },
      '{"assistant_message":"x"}]',
    ],
    ['a key of that name below', { requested_tool: { assistant_message: 'no' } }, ''],
    ['a value of that name', { status: 'assistant_message', intent: 'no' }, ''],
    ['a null message', { assistant_message: null, status: 'no' }, ''],
    ['a list around it', { list: ['assistant_message', { assistant_message: 'no' }] }, ''],
    ['nothing', {}, ''],
  ])('decodes %s', (_, envelope, message) => {
    expect(lastOf(JSON.stringify(envelope))).toBe(message);
    expect(lastOf(`\n\`\`\`json\n${JSON.stringify(envelope, null, 2)}\n\`\`\``)).toBe(message);
  });

  test('grows by what came, and never shows half a character', () => {
    const written = '{"assistant_message":"a\\ud83d\\ude00\\u00e9📅"}';
    expect(toldOf(written)).toEqual(['', 'a', 'a😀', 'a😀é', 'a😀é📅']);
  });

  test('prose is told as it is', () => {
    expect(toldOf(' Hi "you"')).toEqual([
      '',
      'H',
      'Hi',
      'Hi ',
      'Hi "',
      'Hi "y',
      'Hi "yo',
      'Hi "you',
      'Hi "you"',
    ]);
  });

  test('the last of two messages counts, as it does for JSON', () => {
    expect(lastOf('{"assistant_message":"a","assistant_message":"b"}')).toBe('b');
  });

  test.each(['{"assistant_message":"\\uZZZZ"}', '{{{"', ']]]"', '{"assistant_message":"\\'])(
    'bears %o',
    (text) => {
      expect(typeof lastOf(text)).toBe('string');
    },
  );
});
