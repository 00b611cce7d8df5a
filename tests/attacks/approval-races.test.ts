/**
 * Approvals that are decided on by several at once, by one under several names, and those whose
 * stored record or shown copy somebody changed: one row per attack.
 */
import { describe, expect, test } from 'vitest';
import { ApprovalDesk, asksOn, codeOf, LIFE_MS } from './approval-desk.ts';

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

const LATE = expect.stringMatching(/^APPROVAL_(?:NOT_PENDING|EXPIRED)$/) as unknown;
const REFUSED = expect.stringMatching(/^(?:APPROVAL_NOT_PENDING|EVENT_NOT_ACCEPTED)$/) as unknown;

const RACES: readonly Race[] = [
  { name: 'yes, then no', moves: [YES, NO], ran: ['a'], told: ['resolved', REFUSED] },
  { name: 'no, then yes', moves: [NO, YES], ran: [], told: ['resolved', REFUSED] },
  { name: 'yes twice', moves: [YES, YES], ran: ['a'], told: ['resolved', REFUSED] },
  { name: 'yes, then an edit', moves: [YES, EDIT], ran: ['a'], told: ['resolved', REFUSED] },
  { name: 'an edit, then yes', moves: [EDIT, YES], ran: ['b'], told: ['resolved', REFUSED] },
  { name: 'a cancel, then yes', moves: [cancels, YES], ran: [], told: ['canceled', REFUSED] },
  { name: 'the end of its time, then yes', moves: [expires, YES], ran: [], told: ['over', LATE] },
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
  ] as const)('yes, then %s: it ran once or not at all, and evidence says which', async (_, move) => {
    const desk = new ApprovalDesk();
    await desk.open();
    const request_id = await desk.wait();
    const answers = await Promise.all([YES(desk, request_id).catch(codeOf), move(desk, request_id)]);
    await desk.runtime.sessions.settled('s');
    const entries = await Array.fromAsync(desk.runtime.evidence.read('s'));
    const starts = entries.filter(
      (entry) => entry.kind === 'tool_call_started' && entry.request_id === request_id,
    );
    expect(starts).toHaveLength(desk.ran.length);
    expect(desk.ran.length).toBeLessThanOrEqual(answers[0] === 'resolved' ? 1 : 0);
    expect(await desk.leave()).toEqual([]);
  });
});

describe('one person is one, and not two, as', () => {
  test.each([
    ['in capitals', 'ANA'],
    ['with blanks around', '  ana\t'],
    ['with a blank that is not seen', 'ana\u200b'],
    ['with a mark that turns the text round', '\u202eana'],
    ['in wide letters', 'ａｎａ'],
    ['in letters that are composed', 'a\u006e\u0061'],
    ['with two blanks for one', 'ana'],
  ])('%s', async (_, again) => {
    const desk = new ApprovalDesk(asksOn({ quorum: 2 }));
    await desk.open();
    const request_id = await desk.wait();
    expect(await desk.resolve(request_id, { approved_by: 'ana' })).toBe('resolved');
    expect(await desk.resolve(request_id, { approved_by: again })).toBe('APPROVER_NOT_ALLOWED');
    expect(desk.ran).toEqual([]);
    expect(await desk.leave()).toEqual([]);
  });

  test('who asked, and spells the own name otherwise', async () => {
    const desk = new ApprovalDesk(asksOn({ distinct: true }));
    await desk.open();
    const metadata = { requested_by: 'Dora Ost' };
    await desk.runtime.sessions.start({ session_id: 's', message: 'a', metadata });
    const { pending_request_id = '' } = await desk.runtime.sessions.settled('s');
    for (const approved_by of ['Dora Ost', 'dora ost', 'DORA  OST', 'Dora\u00a0Ost']) {
      expect(await desk.resolve(pending_request_id, { approved_by })).toBe('APPROVER_NOT_ALLOWED');
    }
    expect(await desk.resolve(pending_request_id, { approved_by: 'ana' })).toBe('resolved');
    await desk.runtime.sessions.settled('s');
    expect(desk.ran).toEqual(['a']);
    expect(await desk.leave()).toEqual([]);
  });
});

/** Fields of a stored approval, as somebody would rather have them. */
const RECORDS: readonly (readonly [string, object])[] = [
  ['approved, by nobody', { status: 'approved' }],
  ['approved, by somebody', { status: 'approved', approved_by: 'ana' }],
  ['about another input', { input: { text: 'b' } }],
  ['about another tool', { tool_name: 'notes:other' }],
  ['open for longer', { expires_at: '2099-01-01T00:00:00.000Z' }],
  ['agreed to by another already', { votes: [{ approved_by: 'eve', voted_at: '2026-01-01T00:00:00.000Z' }] }], // prettier-ignore
  ['without its terms', { terms: undefined }],
  ['of another session', { session_id: 'other' }],
];

describe('a stored approval that says it is', () => {
  test.each(RECORDS)('%s, grants nothing to a host', async (_, change) => {
    const desk = new ApprovalDesk(asksOn({ quorum: 2 }));
    await desk.open();
    const request_id = await desk.ask();
    await desk.runtime.close();
    await desk.forgeApproval(request_id, change);
    await desk.open();
    await desk.resolve(request_id);
    const answers = [await desk.call('a').catch(codeOf), await desk.call('b').catch(codeOf)];
    expect(answers).not.toContain('ran');
    expect(desk.ran).toEqual([]);
    await desk.runtime.close();
  });
});
