/** What a model or a tool wrote cannot steer the terminal that shows it. */
import { expect, test } from 'vitest';
import { clip, printable, printableLine } from '../../src/cli/printable.ts';

// prettier-ignore
test.each([
  ['plain text',             'Äpfel, 日本語, 🎈',        'Äpfel, 日本語, 🎈'],
  ['an escape sequence',     '\u001b[2Jgone',            '\\u001b[2Jgone'],
  ['a one-byte sequence',    '\u009b31m',                '\\u009b31m'],
  ['a bell and a backspace', 'a\u0007\u0008',            'a\\u0007\\u0008'],
  ['a lone carriage return', 'safe\revil',               'safe\\u000devil'],
  ['a bidi override',        'txt.\u202egpj',            'txt.\\u202egpj'],
  ['a bidi isolate',         '\u2066a\u2069',            '\\u2066a\\u2069'],
  ['a zero-width space',     'pay\u200bpal',             'pay\\u200bpal'],
  ['a tag character',        'a\u{e0041}',               'a\\udb40\\udc41'],
  ['a lone surrogate',       'a\ud800',                  'a\\ud800'],
  ['a line separator',       'a\u2028b',                 'a\\u2028b'],
  ['delete',                 '\u007f',                   '\\u007f'],
  ['a byte order mark',      '\ufeffa',                  '\\ufeffa'],
  ['an Arabic letter mark',  'a\u061cb',                 'a\\u061cb'],
  ['a joiner of nothing',    'a\u034fb',                 'a\\u034fb'],
  ['a letter never drawn',   'a\u3164b',                 'a\\u3164b'],
  ['a Braille blank',        'a\u2800b',                 'a\\u2800b'],
])('%s', (_, text, expected) => {
  expect(printable(text)).toBe(expected);
  expect(printableLine(text)).toBe(expected);
});

test('line breaks and tabs stay, except on one line', () => {
  expect(printable('a\tb\r\nc\n')).toBe('a\tb\nc\n');
  expect(printableLine('a\tb\n')).toBe('a\\u0009b\\u000a');
});

test('odd spaces and the selector behind an emoji stay in prose, and show on one line', () => {
  expect(printable('5\u00a0km \u26a0\ufe0f')).toBe('5\u00a0km \u26a0\ufe0f');
  expect(printableLine('5\u00a0km \u26a0\ufe0f')).toBe('5\\u00a0km \u26a0\\ufe0f');
});

test('printable JSON is the same JSON', () => {
  const value = { text: 'a\u001b[0m \u202e \u{e0041} "\\' };
  expect(JSON.parse(printableLine(JSON.stringify(value)))).toEqual(value);
});

test('a long text says how much of it is missing, and is not cut in half a character', () => {
  expect(clip('abc', 3)).toBe('abc');
  expect(clip('abcdef', 4)).toBe('abcd… (2 more)');
  expect(clip('abc🎈', 4).isWellFormed()).toBe(true);
});
