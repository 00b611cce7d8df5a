/** `troupe evidence prune`: what it removes, what it leaves, and what it refuses. */
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { deskIn, openDesk, scratchFolder, type Desk } from './support/desk.ts';
import { ENDS, REPLIES, WRITES } from './support/turns.ts';

const WHY = ['--reason', 'retention: 90 days'] as const;
const OFFLINE = ['--store', 'store', '--public-key', 'evidence.pub'] as const;

/** A desk with one session that is over. */
async function openFinished(): Promise<Desk> {
  const desk = await openDesk([WRITES, ENDS]);
  expect(await desk.call('run', 'hello', '--session', 's1')).toMatchObject({ exit: 0 });
  return desk;
}

/** The store and the public key alone. */
async function archive({ folder }: Desk): Promise<Desk> {
  const kept = await scratchFolder();
  await cp(join(folder, '.troupe', 'store'), join(kept, 'store'), { recursive: true });
  await cp(join(folder, '.troupe', 'keys', 'evidence.pub'), join(kept, 'evidence.pub'));
  return deskIn(kept);
}

const prune = ({ call }: Desk, ...words: readonly string[]) =>
  call('evidence', 'prune', 's1', ...words);

test('entries are removed, and the rest verifies from a signed tombstone on', async () => {
  const desk = await openFinished();
  const { exit, out } = await prune(desk, '--before', '4', ...WHY, '--by', 'ana');
  expect(exit).toBe(0);
  expect(out).toMatch(/^Pruned s1: 4 entries, \d+ contents\n$/);
  const verified = await desk.call('evidence', 'verify', 's1');
  expect(verified.exit).toBe(0);
  expect(verified.out).toMatch(/entries in order behind 4 that were pruned, signed with key /);

  const kept = await archive(desk);
  const [answer] = await kept.lines('evidence', 'verify', 's1', ...OFFLINE);
  expect(answer).toMatchObject({
    ok: true,
    sessions: [{ pruned: { through_seq: 3, by: 'ana', reason: 'retention: 90 days' } }],
  });
});

test('contents are removed, and the entries stay', async () => {
  const desk = await openFinished();
  expect((await desk.call('sessions', 'show', 's1')).out).toContain('Repaired.');
  const [pruned] = await desk.lines('evidence', 'prune', 's1', '--contents', ...WHY);
  expect(pruned).toMatchObject({ session_id: 's1', entries: 0, through_seq: -1 });
  const verified = await desk.call('evidence', 'verify', 's1');
  expect(verified.out).toMatch(
    /ok {2}s1: \d+ entries in order, contents pruned through \d+, signed/,
  );
  const shown = await desk.call('sessions', 'show', 's1');
  expect(shown.exit).toBe(0);
  expect(shown.out).not.toContain('Repaired.');
  const exported = await desk.call('evidence', 'export', 's1');
  expect(exported.out).not.toContain('Repaired.');
});

test('an export of what is left verifies too', async () => {
  const desk = await openFinished();
  await prune(desk, '--before', '4', '--contents', ...WHY);
  await desk.call('evidence', 'export', 's1', '--out', 's1.jsonl');
  const key = join('.troupe', 'keys', 'evidence.pub');
  const verify = () => desk.call('evidence', 'verify', '--file', 's1.jsonl', '--public-key', key);
  expect((await verify()).out).toContain('behind 4 that were pruned');
  const text = await desk.read('s1.jsonl');
  await desk.write('s1.jsonl', text.replace('retention: 90 days', 'retention: 90 weeks'));
  const { exit, out } = await verify();
  expect(exit).toBe(9);
  expect(out).toContain('then signature_invalid: entry 3 and all before it are pruned');
});

test('a session that may go on is refused', async () => {
  const desk = await openDesk([REPLIES]);
  await desk.call('run', 'hello', '--session', 's1');
  const { exit, err } = await prune(desk, '--contents', ...WHY);
  expect(exit).toBe(6);
  expect(err).toContain('EVENT_NOT_ACCEPTED: Session s1 is in awaiting_turn and may go on');
});

test('a signed store from elsewhere is refused: its key is elsewhere too', async () => {
  const kept = await archive(await openFinished());
  const { exit, err } = await prune(kept, '--contents', ...WHY, '--store', 'store');
  expect(exit).toBe(2);
  expect(err).toContain('CONFIGURATION_ERROR: Session s1 is signed');
});

test.each([
  ['without what to remove', [...WHY], 'say what goes'],
  ['without a reason', ['--contents'], '--reason'],
  ['with an empty reason', ['--contents', '--reason', ' '], 'give a reason'],
  ['with a place that is none', ['--before', 'yesterday', ...WHY], 'or a date, not yesterday'],
  ['with a day that is none', ['--before', '2026-99-99', ...WHY], 'or a date, not 2026-99-99'],
])('a call %s is wrong', async (_, words, message) => {
  const { exit, err } = await prune(await openFinished(), ...words);
  expect(exit).toBe(2);
  expect(err).toContain('USAGE: ');
  expect(err).toContain(message);
});
