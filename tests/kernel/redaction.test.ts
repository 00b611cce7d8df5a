/** Secret values do not get through, in whatever form they travel; other text stays as it is. */
import { describe, expect, test } from 'vitest';
import { createRedactor, secretValues, SECRET_LENGTH_MIN } from '../../kernel/redaction.ts';

const PLAIN = 'sk-canary-0123456789';
const AWKWARD = 'p"ss\\w\u00f6rd /+?&=\n\u{1f511} end';
const MARK = '[redacted]';

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const base64url = (text: string): string => Buffer.from(text).toString('base64url');
const form = (text: string): string => new URLSearchParams({ key: text }).toString();

const carriers: readonly (readonly [string, (secret: string) => string])[] = [
  ['as it is', (secret) => `Bearer ${secret}.`],
  ['at both ends', (secret) => `${secret} and ${secret}`],
  ['in JSON', (secret) => JSON.stringify({ key: secret })],
  ['in JSON in JSON', (secret) => JSON.stringify({ content: JSON.stringify({ key: secret }) })],
  ['in a URL', (secret) => `https://a.example/?key=${encodeURIComponent(secret)}#x`],
  [
    'in a URL with small hex digits',
    (secret) => encodeURIComponent(secret).replaceAll(/%../g, (hex) => hex.toLowerCase()),
  ],
  ['in a form', form],
  ['in base64', base64],
  ['in base64 for URLs', base64url],
  ...[1, 2, 3, 4, 5, 6].map(
    (length) =>
      [
        `in base64 behind ${length}`,
        (secret: string) => base64('u'.repeat(length) + secret),
      ] as const,
  ),
  ['in base64 between others', (secret) => base64(`user:${secret}@host`)],
  ['in base64 for URLs between others', (secret) => base64url(`user:${secret}@host`)],
];

describe.each([
  ['a plain secret', PLAIN],
  ['an awkward secret', AWKWARD],
  ['a short secret', 'x'.repeat(SECRET_LENGTH_MIN - 2) + '~!'],
])('%s', (_, secret) => {
  const { text } = createRedactor([secret]);

  test.each(carriers)('%s', (__, carry) => {
    const carried = carry(secret);
    const redacted = text(carried);
    expect(redacted).toContain(MARK);
    expect(leaks(redacted, secret)).toEqual([]);
  });

  test('text around it stays', () => {
    expect(text(`before ${secret} after`)).toBe(`before ${MARK} after`);
  });

  test('JSON stays JSON', () => {
    expect(JSON.parse(text(JSON.stringify({ key: secret })))).toEqual({ key: MARK });
  });
});

test('a secret is found without the white space around it', () => {
  expect(createRedactor([` ${PLAIN}\n`]).text(`<${PLAIN}>`)).toBe(`<${MARK}>`);
});

test('the longer of two secrets goes first', () => {
  const { text } = createRedactor([PLAIN, `${PLAIN}-and-more`]);
  expect(text(`${PLAIN}-and-more ${PLAIN}`)).toBe(`${MARK} ${MARK}`);
});

test.each([
  ['no secrets', []],
  ['blank ones', ['', '   ']],
  ['ones that are too short', ['x'.repeat(SECRET_LENGTH_MIN - 1)]],
])('%s leave text and values alone', (_, secrets) => {
  const redactor = createRedactor(secrets);
  const value = { text: 'xxxxxxxx', list: [''] };
  expect(redactor.text('xxxxxxxx yyyyyyyy')).toBe('xxxxxxxx yyyyyyyy');
  expect(redactor.value(value)).toBe(value);
});

test('text without a secret stays the same', () => {
  const text = JSON.stringify({ key: 'sk-canary-012345678', at: '$& $1' });
  expect(createRedactor([PLAIN, AWKWARD]).text(text)).toBe(text);
});

test('a value loses its secrets, in keys too, and keeps its shape', () => {
  const { value } = createRedactor(['12345678', PLAIN]);
  expect(
    value({ count: 12345678, code: '12345678', [PLAIN]: [null, true, { deep: `a ${PLAIN}` }] }),
  ).toEqual({ count: 12345678, code: MARK, [MARK]: [null, true, { deep: `a ${MARK}` }] });
});

test('a key that is the name of a prototype stays a key', () => {
  const value: unknown = JSON.parse(`{"__proto__":{"key":"${PLAIN}"}}`);
  const redacted = createRedactor([PLAIN]).value(value);
  expect(JSON.stringify(redacted)).toBe(`{"__proto__":{"key":"${MARK}"}}`);
  expect(Object.getPrototypeOf(redacted)).toBe(Object.prototype);
});

test('no nesting is too deep', () => {
  let nested: unknown = PLAIN;
  for (let depth = 0; depth < 100_000; depth += 1) nested = [nested];
  let rest = createRedactor([PLAIN]).value(nested);
  while (Array.isArray(rest)) rest = rest[0];
  expect(rest).toBe(MARK);
});

test('the values of named variables are found, and nothing inherited', () => {
  const environment = { KEY: PLAIN, OTHER: 'other', EMPTY: undefined };
  expect(secretValues(environment, ['KEY', 'EMPTY', 'ABSENT', 'constructor'])).toEqual([PLAIN]);
});

/** The forms of a secret that can still be read from a text, decoded in every way. */
function leaks(text: string, secret: string): readonly string[] {
  const words = text.split(/[^A-Za-z0-9+/_=-]+/);
  const decoded = words.flatMap((word) =>
    [0, 1, 2, 3].map((skip) => Buffer.from(word.slice(skip), 'base64').toString()),
  );
  const plain = [text, text.replaceAll('+', ' ').replaceAll(/%(?![0-9a-f]{2})/gi, '%25')];
  return [...plain, ...plain.map(decodeURIComponent), ...decoded].filter((form) =>
    form.includes(secret),
  );
}
