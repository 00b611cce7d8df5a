/** `troupe approvals`: a call that is let run again, for how long, listed and taken back. */
import { describe, expect, test } from 'vitest';
import { durationText, parseDuration } from '../../src/cli/duration.ts';
import { openDesk, type Desk } from './support/desk.ts';
import { scriptedPrompts } from './support/scripted-prompts.ts';
import { DELETES, ENDS, WRITES } from './support/turns.ts';

/** What two deletions in one session come to. */
const TURNS = [WRITES, DELETES, WRITES, DELETES, ENDS];

/** A desk whose session s1 wants to delete the note, and the id of that request. */
async function parkedDesk(): Promise<{ desk: Desk; request_id: string }> {
  const desk = await openDesk(TURNS);
  const { out } = await desk.call('run', 'hello', '--session', 's1');
  const [request_id] = /apr-\w+/.exec(out) ?? [''];
  return { desk, request_id };
}

describe('approve --grant', () => {
  test('lets the same call of the session run again', async () => {
    const { desk, request_id } = await parkedDesk();
    const shown = await desk.call('approvals', 'show', request_id);
    expect(shown.out).toMatch(/^a grant covers +the same call in this session; .* in \/name$/m);
    const approved = await desk.call('approvals', 'approve', request_id, '--grant', '1h');
    expect(approved.out).toMatch(/^Approved by ana, and calls like it until 20.*\. Go on with\n/);
    expect((await desk.call('approvals', 'show', request_id)).out).toMatch(
      /^granted +the same call in this session until 20\S+$/m,
    );
    expect((await desk.call('resume', 's1')).exit).toBe(0);
    const evidence = await desk.call('evidence', 'show', 's1');
    expect(evidence.out).toMatch(new RegExp(` grant ${request_id}`));
    expect((await desk.call('evidence', 'verify', 's1')).exit).toBe(0);
    expect((await desk.call('replay', 's1')).exit).toBe(0);
    expect((await desk.call('approvals', 'grants')).out).toBe('No grants in force\n');
  });

  test('is listed while it is in force, and revoked by the beginning of its id', async () => {
    const { desk, request_id } = await parkedDesk();
    const words = ['--grant', '30m', '--vary', '/name'];
    const [approved] = await desk.lines('approvals', 'approve', request_id, ...words);
    expect(approved).toMatchObject({ request_id, grant: { vary: ['/name'] } });
    for (const which of [[], ['s1']]) {
      const { out } = await desk.call('approvals', 'grants', ...which);
      expect(out).toMatch(new RegExp(`^${request_id} +s1 +notes:delete +/name +ana +20`, 'm'));
    }
    expect(await desk.lines('approvals', 'grants')).toMatchObject([
      [{ request_id, session_id: 's1', granted_by: 'ana', vary: ['/name'] }],
    ]);
    const revoked = await desk.call('approvals', 'revoke', 'apr-', '--by', 'bo');
    expect(revoked).toMatchObject({ exit: 0, out: 'Revoked by bo\n' });
    expect((await desk.call('approvals', 'grants')).out).toBe('No grants in force\n');
    expect((await desk.call('approvals', 'revoke', request_id)).exit).toBe(6);
    expect((await desk.call('approvals', 'revoke', 'apr-')).exit).toBe(3);
    expect((await desk.call('resume', 's1')).exit).toBe(5);
    expect((await desk.call('evidence', 'show', 's1')).out).toContain('revoked by bo');
  });

  test.each([
    ['no time', ['--grant', 'a while'], 2, 'expected a time such as 30m'],
    ['a time without a unit', ['--grant', '30'], 2, 'expected a time such as 30m'],
    ['no end at all', ['--grant', '0m'], 2, 'INVALID_INPUT'],
    ['too long a time', ['--grant', '31d'], 2, 'INVALID_INPUT'],
    ['an argument that is not there', ['--grant', '1h', '--vary', '/to'], 2, 'INVALID_INPUT'],
    ['what may vary of nothing', ['--vary', '/name'], 2, 'goes with --grant'],
    ['an edit', ['--grant', '1h', '--edit', '{}'], 2, 'cannot be used with'],
  ])('is refused with %s', async (_, words, code, told) => {
    const { desk, request_id } = await parkedDesk();
    const { exit, err } = await desk.call('approvals', 'approve', request_id, ...words);
    expect(err).toContain(told);
    expect(exit).toBe(code);
    expect((await desk.call('approvals', 'list')).out).toContain(request_id);
  });
});

test('a person at the terminal grants an hour, and is asked once', async () => {
  const desk = await openDesk(TURNS);
  const prompts = scriptedPrompts(['grant']);
  const outside = { isTerminal: true, prompts };
  const { exit, out } = await desk.callWith(outside, 'run', 'hello', '--session', 's1');
  expect(exit).toBe(0);
  expect(prompts.asked).toEqual(['May this call run?']);
  expect(out).toMatch(/approved by ana, and calls like it until 20/);
  expect(out).toMatch(/runs on what approval apr-\w+ granted/);
});

test('a person at the terminal cannot grant what several have to agree to', async () => {
  const desk = await openDesk(TURNS);
  const two =
    '{ id: two, decision: approval_required, tools: [notes:delete], approval: { quorum: 2 } }';
  const settings = await desk.read('workspace.yaml');
  await desk.write('workspace.yaml', `${settings}\npolicies:\n  - ${two}\n`);
  const prompts = scriptedPrompts(['grant']);
  const called = await desk.callWith({ isTerminal: true, prompts }, 'run', 'hello');
  expect(called.err).toContain('grant is not among leave, approve, edit, deny');
});

describe('a time', () => {
  test.each([
    ['90s', 90_000, '90 s'],
    ['30m', 1_800_000, '30 min'],
    ['30 min', 1_800_000, '30 min'],
    ['2h', 7_200_000, '2 h'],
    ['1d', 86_400_000, '1 d'],
    ['5ms', 5, '5 ms'],
  ])('%s is %d ms', (text, duration_ms, told) => {
    expect(parseDuration(text)).toBe(duration_ms);
    expect(durationText(duration_ms)).toBe(told);
  });

  test.each(['', '1', 'h', '1.5h', '-1h', '1w', '1h30m', '1e3s', ' 1h', '9999999999d'])(
    'is not %j',
    (text) => expect(parseDuration(text)).toBeUndefined(),
  );
});
