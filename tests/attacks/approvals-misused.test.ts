/**
 * Approvals that were given, and not for this: too late, for another call, under another policy.
 * One row per attack.
 */
import { describe, test } from 'vitest';
import { ASKS, asksOn, LIFE_MS, play, TOOL, type Row } from './approval-desk.ts';
import { asks, denies } from '../scenarios/desk.ts';

const WAITS = 'approval_required';

const EXPIRED: readonly Row[] = [
  {
    name: 'a moment too late',
    attack: async (desk) => {
      const request_id = await desk.ask();
      desk.clock.advance(LIFE_MS);
      return [await desk.resolve(request_id), await desk.call()];
    },
    told: ['APPROVAL_EXPIRED', 'APPROVAL_REQUIRED'],
  },
  {
    name: 'the clock is set back after it has expired',
    attack: async (desk) => {
      const request_id = await desk.ask();
      desk.clock.advance(LIFE_MS);
      await desk.resolve(request_id);
      desk.clock.set('2026-01-01T00:00:01.000Z');
      return [await desk.resolve(request_id), await desk.call()];
    },
    told: ['APPROVAL_NOT_PENDING', 'APPROVAL_REQUIRED'],
  },
  {
    name: 'nobody was there when it expired',
    attack: async (desk) => {
      const request_id = await desk.ask();
      await desk.runtime.close();
      desk.clock.advance(LIFE_MS);
      await desk.open();
      desk.clock.set('2026-01-01T00:00:01.000Z');
      return [await desk.resolve(request_id), await desk.call()];
    },
    told: ['APPROVAL_NOT_PENDING', 'APPROVAL_REQUIRED'],
  },
  {
    name: 'it was given in time, and used too late',
    attack: async (desk) => {
      await desk.resolve(await desk.ask());
      await desk.runtime.close();
      desk.clock.advance(LIFE_MS);
      await desk.open();
      return desk.call();
    },
    told: 'APPROVAL_REQUIRED',
  },
];

const SWAPPED: readonly Row[] = [
  {
    name: 'the approval of one text for another text',
    attack: async (desk) => {
      const a = await desk.ask('a');
      await desk.ask('b');
      return [await desk.resolve(a), await desk.call('b'), await desk.call('a')];
    },
    told: ['resolved', 'APPROVAL_REQUIRED', 'ran'],
    ran: ['a'],
  },
  {
    name: 'the approval of one session for the same call of another one',
    attack: async (desk) => {
      await desk.ask('a', 'other');
      const answers = [await desk.resolve(await desk.ask('a', 'host'))];
      return [...answers, await desk.call('a', 'other')];
    },
    told: ['resolved', 'APPROVAL_REQUIRED'],
  },
  {
    name: 'a session that waits is given the approval of another session',
    attack: async (desk) => {
      await desk.wait('a', 's');
      await desk.resolve(await desk.wait('b', 's2'));
      await desk.runtime.sessions.settled('s2');
      return (await desk.runtime.sessions.summary('s')).state;
    },
    told: WAITS,
    ran: ['b'],
  },
  {
    name: 'an approval of a host is none for a session of the same name',
    attack: async (desk) => {
      await desk.resolve(await desk.ask('a', 's'));
      await desk.wait('a', 's');
      return (await desk.runtime.sessions.summary('s')).state;
    },
    told: WAITS,
  },
  {
    name: 'an edit covers what was written, and not what was asked for',
    attack: async (desk) => {
      const request_id = await desk.ask('a');
      const edited = await desk.resolve(request_id, { edited_input: { text: 'b' } });
      return [edited, await desk.call('a'), await desk.call('b'), await desk.call('b')];
    },
    told: ['resolved', 'APPROVAL_REQUIRED', 'ran', 'APPROVAL_REQUIRED'],
    ran: ['b'],
  },
  {
    name: 'the objects that were handed in are changed after they were approved',
    attack: async (desk) => {
      const input = { text: 'a' };
      const calling = desk.call(input);
      input.text = 'b';
      const edited_input = { text: 'c' };
      const told = await calling;
      const [request_id = ''] = await desk.pending();
      const resolving = desk.resolve(request_id, { edited_input });
      edited_input.text = 'd';
      await resolving;
      const texts = ['a', 'b', 'd', 'c'];
      const answers: string[] = [told];
      for (const text of texts) answers.push(await desk.call(text));
      return answers;
    },
    told: [...Array.from({ length: 4 }, () => 'APPROVAL_REQUIRED'), 'ran'],
    ran: ['c'],
  },
];

const CHANGED_POLICY: readonly Row[] = (
  [
    ['asks anew', [...ASKS, asks('notes:other')], 'APPROVAL_REQUIRED'],
    ['denies', [...ASKS, denies(TOOL)], 'POLICY_DENIED'],
    ['asks for two people', asksOn({ quorum: 2 }), 'APPROVAL_REQUIRED'],
  ] as const
).map(([name, policy, told]) => ({
  name: `the next policy ${name}, whatever was approved before`,
  attack: async (desk) => {
    await desk.resolve(await desk.ask());
    desk.policy = policy;
    await desk.open();
    return desk.call();
  },
  told,
}));

describe.each([
  ['expired', EXPIRED],
  ['swapped', SWAPPED],
  ['given under another policy', CHANGED_POLICY],
])('an approval that is %s', (_, rows) => {
  test.each(rows)('$name', play);
});
