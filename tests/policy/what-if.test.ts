/** Other rules over past sessions: what flips, with the history that would have been. */
import { describe, expect, test } from 'vitest';
import {
  ALLOW,
  ASK_MAIL,
  ASK_READS,
  MAIL,
  NO_MAIL,
  NO_MAIL_AFTER_READS,
  NO_READS,
  READ,
  SHORT,
  WATCH,
  play,
  type Played,
} from './support/past-session.ts';

async function everything({ store }: Played): Promise<unknown> {
  const kinds = ['session', 'head', 'evidence', 'message', 'blob', 'approval', 'wakeup'] as const;
  return Promise.all(kinds.map((kind) => Array.fromAsync(store.scan(kind))));
}

describe('under other rules', () => {
  test('nothing flips where they are the same, and nothing in the store changes', async () => {
    const played = await play([ALLOW], READ, MAIL);
    const before = await everything(played);
    const found = await played.judge([ALLOW]);
    expect(found).toMatchObject({ flips: [], unjudged: [], incomplete: [], session_count: 1 });
    // Three turns and two calls.
    expect(found.unchanged_count).toBe(5);
    expect(await everything(played)).toEqual(before);
  });

  test('a flip names the place, and both decisions with their rules', async () => {
    const played = await play([ALLOW], MAIL);
    const { flips: found } = await played.judge([ALLOW, NO_MAIL]);
    const start = (await played.entries()).find(
      (entry) => entry.kind === 'tool_call_started' && entry.tool_name === 'email:send',
    );
    expect(found).toEqual([
      {
        ...{ kind: 'judged', session_id: 's', seq: start?.seq, tool_name: 'email:send' },
        timestamp: start?.timestamp,
        recorded: { decision: 'allow', policy_ids: ['open'] },
        now: { decision: 'deny', policy_ids: ['no-mail'], code: 'POLICY_DENIED' },
        is_input_changed: false,
      },
    ]);
  });

  test.each([
    ['a denial that is lifted', [ALLOW, NO_MAIL], [ALLOW], ['email:send: deny -> allow by open']],
    [
      'a person who is asked',
      [ALLOW],
      [ALLOW, ASK_MAIL],
      ['email:send: allow -> approval_required by ask-mail'],
    ],
    [
      'a person who is not asked',
      [ALLOW, ASK_MAIL],
      [ALLOW],
      ['email:send: approval_required -> allow by open'],
    ],
    [
      'a rule that was in the shadow',
      [ALLOW, WATCH],
      [ALLOW, { ...WATCH, mode: 'enforce' }],
      ['email:send: allow -> deny by watch'],
    ],
    [
      'a rule that goes into the shadow',
      [ALLOW, NO_MAIL],
      [ALLOW, WATCH],
      ['email:send: deny -> allow by open'],
    ],
    [
      'a call that would wait for its end',
      [ALLOW],
      [ALLOW, { ...NO_MAIL, decision: 'defer' }],
      ['email:send: allow -> defer by no-mail'],
    ],
  ])('%s', async (_, past, now, expected) => {
    const played = await play(past, MAIL);
    expect(await played.flips(...now)).toEqual(expected);
  });

  test('turns are judged, too', async () => {
    const played = await play([ALLOW], READ);
    expect(await played.flips()).toEqual(['files:read: allow -> deny by kernel.policy.no-policy']);
    const addressed = { id: 'no-address', decision: 'deny', tools: ['*'] };
    const when = { arguments: [{ pointer: '/file', exists: false }] };
    expect(await played.flips(ALLOW, { ...addressed, when })).toEqual([
      'agent:execute-turn: allow -> deny by no-address',
      'agent:execute-turn: allow -> deny by no-address',
    ]);
    const closed = { id: 'closed', decision: 'deny', tools: ['agent:*'] };
    expect(await played.flips(ALLOW, closed)).toEqual([
      'agent:execute-turn: allow -> deny by closed',
      'agent:execute-turn: allow -> deny by closed',
    ]);
  });

  test('a rule that changes an input is told, where another one comes out', async () => {
    const played = await play([ALLOW, SHORT], READ);
    expect(await played.flips(ALLOW, SHORT)).toEqual([]);
    const longer = { ...SHORT, modify: [{ pointer: '/limit', value: 9 }] };
    const { flips: changed } = await played.judge([ALLOW, longer]);
    expect(changed).toMatchObject([{ is_input_changed: true, now: { policy_ids: ['short'] } }]);
    const { flips: unchanged } = await played.judge([ALLOW]);
    expect(unchanged).toMatchObject([{ is_input_changed: true, now: { decision: 'allow' } }]);
  });
});

test('a rule on tasks counts for the sessions of those tasks', async () => {
  const mail = { ...ALLOW, id: 'mail', tools: ['email:*'] };
  const played = await play([{ ...mail, when: { tasks: ['s'] } }], MAIL);
  expect(await played.flips({ ...mail, when: { tasks: ['s'] } })).toEqual([]);
  expect(await played.flips({ ...mail, when: { tasks: ['t'] } })).toEqual([
    'email:send: allow -> deny by kernel.policy.no-policy',
  ]);
});

describe('the history is that which would have been', () => {
  test('what is denied was never started', async () => {
    const played = await play([ALLOW, NO_MAIL_AFTER_READS], READ, MAIL);
    expect(await played.flips(ALLOW, NO_MAIL_AFTER_READS)).toEqual([]);
    expect(await played.flips(ALLOW, NO_MAIL_AFTER_READS, NO_READS)).toEqual([
      'files:read: allow -> deny by no-reads',
      'email:send: deny -> allow by open',
    ]);
  });

  test('what is allowed now was started', async () => {
    const played = await play([ALLOW, NO_READS], READ, MAIL);
    expect(await played.flips(ALLOW, NO_MAIL_AFTER_READS)).toEqual([
      'files:read: deny -> allow by open',
      'email:send: allow -> deny by after',
    ]);
  });

  test.each([
    ['and it ran in fact', [ALLOW], true],
    ['and a person let it run', [ALLOW, ASK_READS], true],
    ['and it never ran', [ALLOW, NO_READS], false],
  ])('a person would be asked, %s', async (_, past, hasRun) => {
    const played = await play(past, READ, MAIL);
    const now = await played.flips(ALLOW, ASK_READS, NO_MAIL_AFTER_READS);
    expect(now.includes('email:send: allow -> deny by after')).toBe(hasRun);
  });

  test('what a person let run is not started where the rules deny it', async () => {
    const played = await play([ALLOW, ASK_READS, NO_MAIL_AFTER_READS], READ, MAIL);
    expect(await played.flips(ALLOW, NO_READS, NO_MAIL_AFTER_READS)).toEqual([
      'files:read: approval_required -> deny by no-reads',
      'email:send: deny -> allow by open',
    ]);
  });

  test('what was done before a fork was done by the fork, or would not have been', async () => {
    const played = await play([ALLOW], READ, { complete: 'Done.' }, MAIL);
    const order = { session_id: 's', turn: 1, new_session_id: 'f', message: 'go on' };
    const fork = await played.runtime.sessions.fork(order);
    expect((await fork.settled()).state).toBe('complete');
    expect(await played.flips(ALLOW, NO_MAIL_AFTER_READS)).toEqual([
      'email:send: allow -> deny by after',
    ]);
    expect(await played.flips(ALLOW, NO_MAIL_AFTER_READS, NO_READS)).toEqual([
      'files:read: allow -> deny by no-reads',
    ]);
  });

  test('what was done behind the point of a fork is none of its own', async () => {
    const played = await play([ALLOW], READ, MAIL, { complete: 'Done.' }, READ);
    const order = { session_id: 's', turn: 1, new_session_id: 'f', message: 'go on' };
    const fork = await played.runtime.sessions.fork(order);
    expect((await fork.settled()).state).toBe('complete');
    const afterMail = { ...NO_READS, when: { after: [{ tools: ['email:*'] }] } };
    expect(await played.flips(ALLOW, afterMail)).toEqual([]);
  });
});
