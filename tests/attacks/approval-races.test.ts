/**
 * Approvals that are decided on by several at once, by one under several names, and those whose
 * stored record or shown copy somebody changed: one row per attack.
 */
import { describe, expect, test } from 'vitest';
import { ApprovalDesk, ASKS, asksOn, codeOf, LIFE_MS } from './approval-desk.ts';

type Move = (desk: ApprovalDesk, request_id: string) => Promise<string>;

const says =
  (change: object = {}): Move =>
  (desk, request_id) =>
    desk.resolve(request_id, change);
const cancels: Move = (desk) =>
  desk.runtime.sessions.cancel('s', { by: 'ana' }).then(() => 'canceled', codeOf);
const expires: Move = async (desk) => {
  desk.clock.advance(LIFE_MS);
  return 'over';
};
const restarts: Move = (desk) => desk.open().then(() => 'restarted');

const YES = says();
const NO = says({ approved: false });
const EDIT = says({ edited_input: { text: 'b' } });

interface Race {
  readonly name: string;
  readonly moves: readonly Move[];
  /** How often it may run. */
  readonly ran: readonly string[];
  readonly told: readonly unknown[];
}

const REFUSED = expect.stringMatching(
  /^(?:APPROVAL_NOT_PENDING|APPROVAL_EXPIRED|EVENT_NOT_ACCEPTED)$/,
) as unknown;

const RACES: readonly Race[] = [
  { name: 'yes, then no', moves: [YES, NO], ran: ['a'], told: ['resolved', REFUSED] },
  { name: 'no, then yes', moves: [NO, YES], ran: [], told: ['resolved', REFUSED] },
  { name: 'yes twice', moves: [YES, YES], ran: ['a'], told: ['resolved', REFUSED] },
  { name: 'yes, then an edit', moves: [YES, EDIT], ran: ['a'], told: ['resolved', REFUSED] },
  { name: 'an edit, then yes', moves: [EDIT, YES], ran: ['b'], told: ['resolved', REFUSED] },
  { name: 'a cancel, then yes', moves: [cancels, YES], ran: [], told: ['canceled', REFUSED] },
  {
    name: 'the end of its time, then yes',
    moves: [expires, YES],
    ran: [],
    told: ['over', REFUSED],
  },
];

describe('of two who decide at once the first counts:', () => {
  test.each(RACES)('$name', async ({ moves, ran, told }) => {
    const desk = new ApprovalDesk();
    await desk.open();
    const request_id = await desk.wait();
    expect(await Promise.all(moves.map((move) => move(desk, request_id)))).toEqual(told);
    await desk.runtime.sessions.settled('s');
    expect(desk.ran).toEqual(ran);
    expect(await desk.leave()).toEqual([]);
  });

  test.each([
    ['a cancel', cancels],
    ['the end of its time', expires],
    ['a restart', restarts],
  ] as const)(
    'yes, then %s: it ran once or not at all, and evidence says which',
    async (_, move) => {
      const desk = new ApprovalDesk();
      await desk.open();
      const request_id = await desk.wait();
      const answers = await Promise.all([
        YES(desk, request_id).catch(codeOf),
        move(desk, request_id),
      ]);
      await desk.runtime.sessions.settled('s');
      const entries = await Array.fromAsync(desk.runtime.evidence.read('s'));
      const starts = entries.filter(
        (entry) => entry.kind === 'tool_call_started' && entry.request_id === request_id,
      );
      expect(starts).toHaveLength(desk.ran.length);
      expect(desk.ran.length).toBeLessThanOrEqual(answers[0] === 'resolved' ? 1 : 0);
      expect(await desk.leave()).toEqual([]);
    },
  );
});

const PERSON = 'josé ost';

describe('one person is one, and not two, as', () => {
  test.each([
    ['in capitals', 'JOSÉ OST'],
    ['with blanks around', '  josé ost\t'],
    ['with two blanks for one', 'josé  ost'],
    ['with a blank of another kind', 'josé\u00a0ost'],
    ['with a blank that is not seen', 'josé\u200b ost'],
    ['with a mark that turns the text round', '\u202ejosé ost'],
    ['in wide letters', '\uff4a\uff4f\uff53é ost'],
    ['with an accent of its own', 'jose\u0301 ost'],
  ])('%s', async (_, again) => {
    const desk = new ApprovalDesk(asksOn({ quorum: 2 }));
    await desk.open();
    const request_id = await desk.wait();
    expect(await desk.resolve(request_id, { approved_by: PERSON })).toBe('resolved');
    expect(await desk.resolve(request_id, { approved_by: again })).toBe('APPROVER_NOT_ALLOWED');
    expect(desk.ran).toEqual([]);
    expect(await desk.leave()).toEqual([]);
  });

  test('who asked, and spells the own name otherwise', async () => {
    const desk = new ApprovalDesk(asksOn({ distinct: true }));
    await desk.open();
    const metadata = { requested_by: PERSON };
    await desk.runtime.sessions.start({ session_id: 's', message: 'a', metadata });
    const { pending_request_id = '' } = await desk.runtime.sessions.settled('s');
    for (const approved_by of [PERSON, 'José Ost', 'JOSÉ  OST', 'josé\u200b ost']) {
      expect(await desk.resolve(pending_request_id, { approved_by })).toBe('APPROVER_NOT_ALLOWED');
    }
    expect(await desk.resolve(pending_request_id, { approved_by: 'ana' })).toBe('resolved');
    await desk.runtime.sessions.settled('s');
    expect(desk.ran).toEqual(['a']);
    expect(await desk.leave()).toEqual([]);
  });

  test('and a name of which nothing is seen is nobody', async () => {
    const desk = new ApprovalDesk();
    await desk.open();
    const request_id = await desk.wait();
    expect(await desk.resolve(request_id, { approved_by: '\u200b\u2060' })).toBe('INVALID_INPUT');
    expect(await desk.leave()).toEqual([]);
  });
});

const VOTE = { approved_by: 'eve', voted_at: '2026-01-01T00:00:00.000Z' };
const FOR_EVER = { expires_at: '2099-01-01T00:00:00.000Z' };
const TWO = asksOn({ quorum: 2, expires_in_ms: LIFE_MS });

/** What somebody with the store in hand writes into the record, and what it was before. */
const RECORDS = [
  ['approved, by nobody', ASKS, [], { status: 'approved' }],
  ['approved, by somebody', ASKS, [], { status: 'approved', approved_by: 'ana' }],
  ['approved, and it was denied', ASKS, [{ approved: false }], { status: 'approved' }],
  ['pending, and it was denied', ASKS, [{ approved: false }], { status: 'pending' }],
  ['about another input', ASKS, [{}], { input: { text: 'b' } }],
  ['about another tool', ASKS, [{}], { tool_name: 'notes:other' }],
  ['of another call', ASKS, [{}], { digest: 'f'.repeat(64) }],
  ['of another effect', ASKS, [{}], { effect_id: 'host/call/other' }],
  ['of another session', ASKS, [{}], { session_id: 'other' }],
  ['of somebody else', ASKS, [{}], { metadata: { requested_by: 'eve' } }],
  ['open for longer', ASKS, [{}], FOR_EVER],
  ['agreed to by another already', TWO, [], { votes: [VOTE] }],
  ['to be agreed to by one', TWO, [], { terms: {} }],
  ['to be agreed to on no terms', TWO, [], { terms: undefined }],
] as const;

describe('a stored approval that says it is', () => {
  test.each(RECORDS)('%s, grants nothing', async (_, policy, decisions, change) => {
    const desk = new ApprovalDesk(policy);
    await desk.open();
    const request_id = await desk.ask();
    for (const decision of decisions) await desk.resolve(request_id, decision);
    await desk.runtime.close();
    await desk.forgeApproval(request_id, change);
    desk.clock.set('2026-01-01T23:00:00.000Z');
    await desk.open();
    if ('expires_at' in change) desk.clock.advance(LIFE_MS);
    expect(await desk.resolve(request_id).catch(codeOf)).toBe('STORE_CORRUPT');
    expect(await desk.call().catch(codeOf)).toBe('STORE_CORRUPT');
    expect(await desk.call('a', 'other')).toBe('APPROVAL_REQUIRED');
    expect(desk.ran).toEqual([]);
    expect(await desk.leave()).toEqual([]);
  });

  test('approved and not used yet, and it was used, grants nothing', async () => {
    const desk = new ApprovalDesk();
    await desk.open();
    const request_id = await desk.ask();
    expect([await desk.resolve(request_id), await desk.call()]).toEqual(['resolved', 'ran']);
    await desk.runtime.close();
    await desk.forgeApproval(request_id, { status: 'approved' });
    await desk.open();
    expect(await desk.call().catch(codeOf)).toBe('STORE_CORRUPT');
    expect(desk.ran).toEqual(['a']);
    expect(await desk.leave()).toEqual([]);
  });

  test('approved grants nothing to a session that waits', async () => {
    const desk = new ApprovalDesk();
    await desk.open();
    const request_id = await desk.wait();
    await desk.runtime.close();
    await desk.forgeApproval(request_id, { status: 'approved', approved_by: 'ana' }, 's');
    await desk.open();
    expect(await desk.resolve(request_id)).toBe('STORE_CORRUPT');
    expect((await desk.runtime.sessions.summary('s')).state).toBe('approval_required');
    expect(desk.ran).toEqual([]);
    await desk.runtime.close();
  });

  test('as it was grants what it did', async () => {
    const desk = new ApprovalDesk(TWO);
    await desk.open();
    const request_id = await desk.ask();
    await desk.resolve(request_id);
    await desk.open();
    expect(await desk.resolve(request_id, { approved_by: 'ben' })).toBe('resolved');
    await desk.open();
    expect(await desk.call()).toBe('ran');
    expect(await desk.leave()).toEqual([]);
  });
});
