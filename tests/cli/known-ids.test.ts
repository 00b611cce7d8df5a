/** Ids as people type them: whole, begun, ambiguous, mistyped. */
import { beforeEach, describe, expect, test } from 'vitest';
import { openDesk, type Desk } from './support/desk.ts';
import { DELETES, ENDS, REPLIES } from './support/turns.ts';

describe('sessions', () => {
  let desk: Desk;
  beforeEach(async () => {
    desk = await openDesk([REPLIES, REPLIES, ENDS, ENDS]);
    for (const id of ['tidy', 'tidy-up']) await desk.call('run', 'hello', '--session', id);
  });

  // prettier-ignore
  test.each([
    ['whole',     'tidy',    0, /session +tidy\n/],
    ['begun',     'tidy-',   0, /session +tidy-up\n/],
    ['ambiguous', 'ti',      3, /"ti" is the beginning of more than one session: tidy, tidy-up\n/],
    ['mistyped',  'tydi-up', 3, /There is no session "tydi-up"\. Did you mean tidy-up\?\n/],
    ['far off',   'printer', 3, /There is no session "printer"\n/],
    ['endless',   'a'.repeat(1_000), 3, /"a{200}… \(800 more\)"\n/],
    ['empty',     '',        3, /There is no session ""\n/],
  ])('%s', async (_, given, code, told) => {
    const { exit, out, err } = await desk.call('sessions', 'show', given);
    expect(exit).toBe(code);
    expect(out + err).toMatch(told);
  });

  test('are found by every command that takes one', async () => {
    expect((await desk.call('send', 'tidy-', 'bye')).exit).toBe(0);
    expect((await desk.call('resume', 'tidy-')).out).toContain('session    tidy-up');
    expect((await desk.call('answer', 'tidy-', '--retry')).err).toContain('Session tidy-up does');
    expect((await desk.call('cancel', 'tidy-')).err).toContain('Session tidy-up does not take');
    expect((await desk.call('evidence', 'verify', 'tidy-')).out).toMatch(/^ok {2}tidy-up: /);
    expect((await desk.call('evidence', 'show', 'tidy-')).exit).toBe(0);
    expect((await desk.call('evidence', 'export', 'tidy-')).out).toContain('"tidy-up"');
    expect((await desk.call('evidence', 'show', 'ti')).err).toContain('more than one session');
  });
});

test('a request is found by its beginning while it is pending, and whole for good', async () => {
  const desk = await openDesk([DELETES]);
  const { out } = await desk.call('run', 'hello', '--session', 's1');
  const [request_id = ''] = /apr-\w+/.exec(out) ?? [];
  const [shown] = await desk.lines('approvals', 'show', request_id.slice(0, 8));
  expect(shown).toMatchObject({ request_id, status: 'pending' });
  expect((await desk.call('approvals', 'deny', 'apr-')).exit).toBe(0);
  const [later] = await desk.lines('approvals', 'show', request_id);
  expect(later).toMatchObject({ request_id, status: 'denied' });
  const { exit, err } = await desk.call('approvals', 'show', 'apr-');
  expect(exit).toBe(3);
  expect(err).toContain('APPROVAL_NOT_FOUND: There is no pending approval "apr-"');
});
