/**
 * Grants that are stretched: one row per way of having a call run on a grant that was not given for
 * it, or that is over. It is of one call of a host, for an hour, where no row says otherwise.
 */
import { describe, expect, test } from 'vitest';
import { asks, writes } from '../scenarios/desk.ts';
import { ApprovalDesk, ASKS, asksOn, play, TOOL, type Row } from './approval-desk.ts';
import { ASKED, behind, granted, HOUR, HOUR_MS, rows } from './granted.ts';

const COVERED: readonly Row[] = [
  {
    name: 'the same call, as often as it is made',
    attack: behind(async (desk) => [await desk.call(), await desk.call()]),
    ...{ told: ['ran', 'ran'], ran: ['a', 'a', 'a'] },
  },
  {
    name: 'the same call, made twice at once',
    attack: behind((desk) => Promise.all([desk.call(), desk.call()])),
    ...{ told: ['ran', 'ran'], ran: ['a', 'a', 'a'] },
  },
  {
    name: 'the same call in the next life of the process',
    attack: behind(async (desk) => {
      await desk.open();
      return desk.call();
    }),
    ...{ told: 'ran', ran: ['a', 'a'] },
  },
  {
    name: 'a call that differs where it may, before the approved one runs in the next life',
    attack: async (desk) => {
      await desk.resolve(await desk.ask(), { grant: { ...HOUR, vary: ['/text'] } });
      const told = await desk.call('b');
      await desk.open();
      return [told, await desk.call(), await desk.call()];
    },
    ...{ told: ['ran', 'ran', 'ran'], ran: ['b', 'a', 'a'] },
  },
  {
    name: 'a call that differs where it may',
    attack: behind((desk) => desk.call('b'), { vary: ['/text'] }),
    ...{ told: 'ran', ran: ['a', 'b'] },
  },
];

const STRETCHED: readonly Row[] = [
  { name: 'another text', attack: behind((desk) => desk.call('b')), told: ASKED },
  { name: 'the text in capitals', attack: behind((desk) => desk.call('A')), told: ASKED },
  { name: 'the text and a blank', attack: behind((desk) => desk.call('a ')), told: ASKED },
  {
    name: 'a text that looks the same',
    attack: behind((desk) => desk.call('\u0430')),
    told: ASKED,
  },
  {
    name: 'a text of another type, where the text may vary',
    attack: behind((desk) => desk.call({ text: ['b'] }), { vary: ['/text'] }),
    told: 'INVALID_INPUT',
  },
  {
    name: 'one more key, where the text may vary',
    attack: behind((desk) => desk.call({ text: 'b', to: 'eve' }), { vary: ['/text'] }),
    told: 'INVALID_INPUT',
  },
  {
    name: 'another session',
    attack: behind((desk) => desk.call('a', 'other')),
    told: ASKED,
  },
  {
    name: 'a session that brings the session of the grant in its arguments',
    attack: behind((desk) => desk.call({ text: 'a', session_id: 'host' }, 'other')),
    told: 'INVALID_INPUT',
  },
  {
    name: 'another tool that takes the same input',
    attack: behind(async (desk) => {
      const other = 'notes:erase';
      await desk.open({
        tools: [writes([], TOOL), writes([], other)],
        policy: [...ASKS, asks(other)],
      });
      const context = { run_id: 'run', task_id: 'task', session_id: 'host' };
      const { error } = await desk.runtime.executeTool(other, { text: 'a' }, context);
      return error?.code;
    }),
    told: ASKED,
  },
  {
    name: 'another policy',
    attack: behind(async (desk) => {
      desk.policy = [...ASKS, asks('notes:read')];
      await desk.open();
      return desk.call();
    }),
    told: ASKED,
  },
  {
    name: 'a rule that has somebody else decide',
    attack: behind(async (desk) => {
      desk.policy = asksOn({ approvers: ['ben'] });
      await desk.open();
      return desk.call();
    }),
    told: ASKED,
  },
  {
    name: 'a fork of the session',
    attack: async (desk) => {
      const request_id = await desk.wait('a', 's');
      await desk.resolve(request_id, { grant: HOUR });
      await desk.runtime.sessions.settled('s');
      const fork = await desk.runtime.sessions.fork({
        ...{ session_id: 's', new_session_id: 's2', message: 'a' },
      });
      return [(await fork.settled()).state, await desk.runtime.approvals.grants()];
    },
    ...{ told: ['approval_required', []], ran: ['a'] },
  },
];

const OVER: readonly Row[] = [
  {
    name: 'a grant that was revoked',
    attack: behind(async (desk, request_id) => {
      await desk.runtime.approvals.revoke({ request_id, revoked_by: 'ben' });
      return desk.call();
    }),
    told: ASKED,
  },
  {
    name: 'a grant that was revoked, in the next life of the process',
    attack: behind(async (desk, request_id) => {
      await desk.runtime.approvals.revoke({ request_id, revoked_by: 'ben' });
      await desk.open();
      return desk.call();
    }),
    told: ASKED,
  },
  {
    name: 'a grant that was revoked, with its record put back',
    attack: behind(async (desk, request_id) => {
      const record = await desk.store.get('approval', ['host', request_id]);
      await desk.runtime.approvals.revoke({ request_id, revoked_by: 'ben' });
      await desk.store.commit([
        { kind: 'approval', key: ['host', request_id], value: record ?? null },
      ]);
      await desk.open();
      return desk.call();
    }),
    told: ASKED,
  },
  {
    name: 'a grant whose time is up',
    attack: behind(async (desk) => {
      desk.clock.advance(HOUR_MS);
      return desk.call();
    }),
    told: ASKED,
  },
  {
    name: 'a grant whose time was up, under a clock that was set back',
    attack: behind(async (desk) => {
      const now = desk.clock.now();
      desk.clock.advance(HOUR_MS);
      await desk.call('b');
      desk.clock.set(new Date(now).toISOString());
      const told = [await desk.call()];
      await desk.open();
      return [...told, await desk.call()];
    }),
    told: [ASKED, ASKED],
  },
  {
    name: 'a grant of a session that is over',
    attack: async (desk) => {
      await desk.resolve(await desk.wait(), { grant: HOUR });
      await desk.runtime.sessions.settled('s');
      return desk.call('a', 's');
    },
    ...{ told: ASKED, ran: ['a'] },
  },
  {
    name: 'a call that was declined after it was granted',
    attack: async (desk) => {
      const first = await desk.ask('b');
      await granted(desk, { vary: ['/text'] });
      await desk.resolve(first, { approved: false });
      return [await desk.call('b'), await desk.call('c')];
    },
    ...{ told: [ASKED, 'ran'], ran: ['a', 'c'] },
  },
];

describe('a grant covers', () => test.each(rows(COVERED))('$name', play));
describe('a grant does not cover', () => test.each(rows(STRETCHED))('$name', play));
describe('what is over is no grant', () => test.each(rows(OVER))('$name', play));

test('a call that races with the revocation runs before it, or asks', async () => {
  const desk = new ApprovalDesk();
  await desk.open();
  const request_id = await granted(desk);
  const [, ...told] = await Promise.all([
    desk.runtime.approvals.revoke({ request_id, revoked_by: 'ben' }),
    ...[desk.call(), desk.call()],
  ]);
  expect(desk.ran).toEqual(['a', ...told.filter((answer) => answer === 'ran').map(() => 'a')]);
  expect(await desk.call()).toBe(ASKED);
  expect(await desk.leave()).toEqual([]);
});
