/** Sessions from call to call: sent to, resumed, answered, canceled, listed. */
import { describe, expect, test } from 'vitest';
import { API_KEY, openDesk } from './support/desk.ts';
import { DELETES, ENDS, GIVES_UP, REPLIES, WRITES } from './support/turns.ts';

const start = (...turns: Parameters<typeof openDesk>[0] & object) => openDesk(turns);

describe('run', () => {
  test('shows words, calls with their decision, results and states', async () => {
    const desk = await start(WRITES, ENDS);
    const { exit, out, err } = await desk.call('run', 'write', 'it', 'down', '--session', 's1');
    expect({ exit, err }).toEqual({ exit: 0, err: '' });
    expect(out).toMatch(
      new RegExp(
        [
          '^session s1',
          'you     write it down',
          'state   awaiting_turn',
          'model   I write that down\\.',
          'call    notes:write \\{"name":"printer","text":"Repaired\\."\\}',
          '        allowed by [\\w.-]+',
          'state   tool_request',
          'result  notes:write \\{"success":true,"data":\\{"path":"notes/printer\\.md"\\}\\}',
          'state   awaiting_turn',
          'model   Good-bye\\.',
          'state   complete',
          '',
          'session +s1',
        ].join('\n'),
      ),
    );
    expect(out).not.toContain('\u001b');
  });

  test('with --json it writes each event on a line, and the result last', async () => {
    const desk = await start(REPLIES);
    const events = await desk.lines('run', 'hello', '--session', 's1', '--store', 'elsewhere');
    const types = new Set(events.map(({ type }) => type));
    expect(types).toEqual(new Set(['evidence', 'message', 'state', 'progress', 'result']));
    expect(events.at(-1)).toMatchObject({
      type: 'result',
      session_id: 's1',
      state: 'awaiting_turn',
      detail: 'awaiting_turn.idle',
      turn_count: 1,
      waits_for: 'the next message',
      next: ["troupe send s1 'your message' --store elsewhere"],
    });
    expect(JSON.stringify(events)).not.toContain(API_KEY);
  });

  test('takes its message from standard input', async () => {
    const desk = await start(ENDS);
    const outside = { readInput: async () => 'two\nlines\n' };
    const { out } = await desk.callWith(outside, 'run', '-');
    expect(out).toContain('you     two\n        lines\n');
  });

  test('an id that is taken is told', async () => {
    const desk = await start(ENDS);
    await desk.call('run', 'hello', '--session', 's1');
    const { exit, err } = await desk.call('run', 'hello', '--session', 's1');
    expect(exit).toBe(6);
    expect(err).toContain('SESSION_EXISTS');
  });

  test('a provider that refuses the key leaves the session with a person', async () => {
    const desk = await start({ wire: { status: 401 } }, ENDS);
    const { exit, out } = await desk.call('run', 'hello', '--session', 's1', '--no-stream');
    expect(exit).toBe(7);
    expect(out).toMatch(/^model {3}PROVIDER_AUTHENTICATION_FAILED: /m);
    expect(out).toContain('troupe answer s1 --retry');
    expect((await desk.call('resume', 's1', '--retry')).exit).toBe(0);
  });

  test('a variable that is missing is named', async () => {
    const desk = await start();
    const outside = { environment: async () => ({}) };
    const { exit, out } = await desk.callWith(outside, 'run', 'hello');
    expect(exit).toBe(2);
    expect(out).toMatch(/MISSING_ENVIRONMENT: AGENT_RUNTIME_\w+/);
  });
});

describe('send', () => {
  test('goes on with a session that waits for a message', async () => {
    const desk = await start(REPLIES, ENDS);
    await desk.call('run', 'hello', '--session', 's1');
    const { exit, out } = await desk.call('send', 's1', 'and', 'bye');
    expect(exit).toBe(0);
    expect(out).toMatch(/^you +and bye\n(?:.*\n)*model +Good-bye\.\n/);
  });

  test('is refused where the session waits for something else', async () => {
    const desk = await start(DELETES);
    await desk.call('run', 'hello', '--session', 's1');
    const { exit, err } = await desk.call('send', 's1', 'hello?');
    expect(exit).toBe(6);
    expect(err).toContain('EVENT_NOT_ACCEPTED');
  });
});

describe('resume', () => {
  test.each([
    ['a reply', REPLIES, 0, 'the next message'],
    ['an approval', DELETES, 5, 'a person to decide on apr-'],
    ['an escalation', GIVES_UP, 5, 'MODEL_ESCALATED'],
    ['the end', ENDS, 0, 'nothing, it is completed'],
  ])('after %s it shows what is waited for', async (_, turn, code, told) => {
    const desk = await start(turn);
    const ran = await desk.call('run', 'hello', '--session', 's1');
    const { exit, out } = await desk.call('resume', 's1');
    expect({ ran: ran.exit, exit }).toEqual({ ran: code, exit: code });
    expect(out).toContain(told);
  });

  test('shows the call that goes on', async () => {
    const desk = await start(DELETES, ENDS);
    const { out } = await desk.call('run', 'hello', '--session', 's1');
    const [request_id = ''] = /apr-\w+/.exec(out) ?? [];
    await desk.call('approvals', 'approve', request_id);
    const [[parked]] = (await desk.lines('sessions', 'list')) as unknown as [[object]];
    expect(parked).toMatchObject({ detail: 'tool_request.executing' });
    const resumed = await desk.call('resume', 's1');
    expect(resumed.out).toMatch(/call +notes:delete \{"name":"printer"\}\n +runs under approval/);
  });
});

describe('answer', () => {
  test.each([
    ['--retry', ['--retry'], 'completed'],
    ['--continue', ['--continue'], 'completed'],
    ['--continue with a message', ['--continue', 'leave it'], 'completed'],
    ['--abandon', ['--abandon', 'no use', '--by', 'bo'], 'abandoned'],
  ])('%s', async (_, options, completion) => {
    const desk = await start(GIVES_UP, ENDS);
    await desk.call('run', 'hello', '--session', 's1');
    const events = await desk.lines('answer', 's1', ...options);
    expect(events.at(-1)).toMatchObject({ type: 'result', completion });
    const answered = events.find(
      ({ entry }) => (entry as { kind?: string } | undefined)?.kind === 'escalation_answered',
    );
    expect(answered?.['entry']).toMatchObject({ by: options.includes('--by') ? 'bo' : 'ana' });
  });
});

describe('cancel', () => {
  test('ends a session, with its open approval', async () => {
    const desk = await start(DELETES);
    await desk.call('run', 'hello', '--session', 's1');
    const [summary] = await desk.lines('cancel', 's1', '--reason', 'asked twice');
    expect(summary).toMatchObject({ state: 'complete', completion: 'canceled' });
    expect((await desk.call('approvals', 'list')).out).toBe('No pending approvals\n');
    expect((await desk.call('resume', 's1')).exit).toBe(0);
    const { exit, err } = await desk.call('cancel', 's1');
    expect(exit).toBe(6);
    expect(err).toContain('EVENT_NOT_ACCEPTED');
    const { out } = await desk.call('evidence', 'show', 's1');
    expect(out).toMatch(/session_canceled +asked twice by ana/);
  });
});

test('lists can be narrowed, and an empty one says so', async () => {
  const desk = await start(ENDS, DELETES);
  await desk.call('run', 'hello', '--session', 'a');
  await desk.call('run', 'hello', '--session', 'b');
  const { out } = await desk.call('sessions', 'list', '--state', 'approval_required');
  expect(out).toMatch(/^session .*\nb +approval_required +approval +1 +1 +20/);
  expect(out).not.toMatch(/^a /m);
  const none = await desk.call('sessions', 'list', '--state', 'scheduled');
  expect(none.out).toBe('No sessions\n');
});
