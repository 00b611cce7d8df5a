/** One table says everything about a code; an error is known by its mark across copies. */
import { describe, expect, test } from 'vitest';
import {
  describeError,
  ERROR_CODES,
  isRuntimeError,
  messageOf,
  RuntimeError,
} from '../../kernel/errors.ts';

describe.each(ERROR_CODES)('%s', (code) => {
  const { http, exit, retry, summary, remedy } = describeError(code);

  test('is written as a code', () => expect(code).toMatch(/^[A-Z]+(?:_[A-Z]+)*$/));

  test('has a status for HTTP and for a shell', () => {
    expect(http).toBeGreaterThanOrEqual(400);
    expect(http).toBeLessThan(600);
    expect(exit).toBeGreaterThan(1);
    expect(exit).toBeLessThan(126);
  });

  test('says when it can succeed', () => expect(['never', 'later', 'after_fix']).toContain(retry));

  test('says what it is and what to do, in a sentence without a stop', () => {
    expect(summary).toMatch(/^\S.*[^.\s]$/);
    expect(remedy).toMatch(/^\S.*[^.\s]$/);
  });
});

test('there is no code twice', () => {
  expect(new Set(ERROR_CODES).size).toBe(ERROR_CODES.length);
});

test.each(['CALENDAR_FULL', '', '__proto__', 'constructor', 'toString'])(
  'the code %j of a tool counts as a failure of the tool',
  (code) => expect(describeError(code)).toEqual(describeError('TOOL_EXECUTION_FAILED')),
);

describe('RuntimeError', () => {
  const cause = new Error('ENOSPC');
  const error = new RuntimeError('STORE_WRITE_FAILED', 'No space in /data', {
    details: { free_bytes: 0 },
    cause,
  });

  test('carries its code, its details, its cause and when to try again', () => {
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({
      name: 'RuntimeError',
      code: 'STORE_WRITE_FAILED',
      message: 'No space in /data',
      details: { free_bytes: 0 },
      retry: 'later',
      cause,
    });
  });

  test('has no details and no cause where none were given', () => {
    const bare = new RuntimeError('USAGE', 'No such command');
    expect(bare.details).toEqual({});
    expect(bare).not.toHaveProperty('cause');
  });

  test('is known by its mark, not by its class', () => {
    const foreign = Object.assign(new Error('copy'), { [Symbol.for('troupe.error')]: true });
    expect([error, foreign].map(isRuntimeError)).toEqual([true, true]);
  });

  test.each([new Error('plain'), { code: 'USAGE' }, 'USAGE', null, undefined])(
    '%s is none',
    (value) => expect(isRuntimeError(value)).toBe(false),
  );
});

test.each([
  [new Error('broken'), 'broken'],
  ['a text', 'a text'],
  [42, '42'],
  [undefined, 'undefined'],
])('the message of %s', (thrown, message) => expect(messageOf(thrown)).toBe(message));
