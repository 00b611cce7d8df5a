/**
 * Grants that nobody gave, or that cannot be given or taken back so: one row per way of writing,
 * asking for or revoking one against the rules.
 */
import { describe, expect, test } from 'vitest';
import { ApprovalDesk, codeOf, play, type Row } from './approval-desk.ts';
import { ASKED, behind, granted, HOUR, HOUR_MS, rows } from './granted.ts';

const FORGED: readonly Row[] = [
  {
    name: 'a grant that is written into the record of an approval',
    attack: async (desk) => {
      const request_id = await desk.ask();
      await desk.resolve(request_id);
      await desk.call();
      const grant = { shape: '0'.repeat(64), vary: [], policy_version: 'p' };
      const expires_at = new Date(desk.clock.now() + HOUR_MS).toISOString();
      await desk.forgeApproval(request_id, { grant: { ...grant, expires_at } });
      await desk.open();
      return [await desk.call(), await desk.runtime.approvals.grants()];
    },
    ...{ told: [ASKED, []], ran: ['a'] },
  },
  {
    name: 'a record that lets the grant last longer and vary more',
    attack: behind(async (desk, request_id) => {
      const [grant] = await desk.runtime.approvals.grants('host');
      const { shape = '', policy_version = '' } = grant ?? {};
      const expires_at = new Date(desk.clock.now() + 9 * HOUR_MS).toISOString();
      const forged = { shape, policy_version, vary: ['/text'], expires_at };
      await desk.forgeApproval(request_id, { grant: forged });
      await desk.open();
      const told = await desk.call('b');
      desk.clock.advance(HOUR_MS);
      return [told, await desk.call()];
    }),
    told: [ASKED, ASKED],
  },
  {
    name: 'a grant that is written into the record of what waits',
    attack: async (desk) => {
      const request_id = await desk.ask();
      const grant = { shape: '0'.repeat(64), vary: [], policy_version: 'p' };
      await desk.forgeApproval(request_id, {
        grant: { ...grant, expires_at: new Date(desk.clock.now() + HOUR_MS).toISOString() },
      });
      await desk.open();
      return [await desk.resolve(request_id), await desk.call().catch(codeOf)];
    },
    ...{ told: ['STORE_CORRUPT', 'STORE_CORRUPT'], ran: [] },
  },
  {
    name: 'a call that brings its own grant along',
    attack: (desk) => desk.call({ text: 'a', grant: HOUR, basis: 'grant' }),
    ...{ told: 'INVALID_INPUT', ran: [] },
  },
];

const REFUSED = 'INVALID_INPUT';

const GIVEN_WRONGLY: readonly Row[] = (
  [
    ['with a denial', { approved: false, grant: HOUR }],
    ['with an edit', { edited_input: { text: 'b' }, grant: HOUR }],
    ['without an end', { grant: {} }],
    ['for longer than 30 days', { grant: { expires_in_ms: 31 * 24 * HOUR_MS } }],
    ['for a place that the call does not have', { grant: { ...HOUR, vary: ['/to'] } }],
    ['for every argument', { grant: { ...HOUR, vary: [''] } }],
    ['for every member', { grant: { ...HOUR, vary: ['/*'] } }],
    ['for a prototype', { grant: { ...HOUR, vary: ['/__proto__'] } }],
  ] as const
).map(([name, change]) => ({
  name,
  attack: async (desk) => {
    const request_id = await desk.ask();
    const told = await desk.resolve(request_id, change);
    return [told, (await desk.pending()).includes(request_id), await desk.call()];
  },
  told: [REFUSED, true, ASKED],
  ran: [],
}));

const REVOKED_WRONGLY: readonly Row[] = [
  {
    name: 'of a request that there is not',
    attack: (desk) =>
      desk.runtime.approvals.revoke({ request_id: 'apr-1', revoked_by: 'ben' }).catch(codeOf),
    ...{ told: 'APPROVAL_NOT_FOUND', ran: [] },
  },
  {
    name: 'by nobody',
    attack: behind((desk, request_id) =>
      desk.runtime.approvals.revoke({ request_id, revoked_by: ' ' }).catch(codeOf),
    ),
    told: REFUSED,
  },
  {
    name: 'twice',
    attack: behind(async (desk, request_id) => {
      const revocation = { request_id, revoked_by: 'ben' };
      await desk.runtime.approvals.revoke(revocation);
      return desk.runtime.approvals.revoke(revocation).catch(codeOf);
    }),
    told: 'APPROVAL_NOT_PENDING',
  },
];

describe('nobody gave it', () => test.each(rows(FORGED))('$name', play));
describe('a grant is not given', () => test.each(rows(GIVEN_WRONGLY))('$name', play));
describe('a revocation is refused', () => test.each(rows(REVOKED_WRONGLY))('$name', play));

describe('evidence that is bent does not bring a grant to life', () => {
  const FROM_THE_START = (head: string) => head.replace(/"tail_seq":\d+/, '"tail_seq":0');

  /** The number of the last entry of a kind in the chain of the host. */
  async function lastOf(desk: ApprovalDesk, kind: string): Promise<number> {
    const entries = await Array.fromAsync(desk.runtime.evidence.read('host'));
    return entries.findLast((entry) => entry.kind === kind)?.seq ?? -1;
  }

  const bend: readonly (readonly [string, (desk: ApprovalDesk) => Promise<void>])[] = [
    [
      'written into an approval',
      async (desk) => {
        await desk.resolve(await desk.ask());
        await desk.call();
        const expires_at = new Date(desk.clock.now() + HOUR_MS).toISOString();
        const grant = { shape: '0'.repeat(64), vary: ['/text'], policy_version: 'p', expires_at };
        const seq = await lastOf(desk, 'approval_resolved');
        await desk.forge('evidence', ['host', seq], (entry) =>
          JSON.stringify({ ...(JSON.parse(entry) as object), grant }),
        );
      },
    ],
    [
      'whose revocation is taken out',
      async (desk) => {
        const request_id = await granted(desk);
        await desk.runtime.approvals.revoke({ request_id, revoked_by: 'ben' });
        await desk.call('b');
        const seq = await lastOf(desk, 'grant_revoked');
        await desk.store.commit([{ kind: 'evidence', key: ['host', seq], value: null }]);
      },
    ],
    [
      'whose time is put off',
      async (desk) => {
        await granted(desk);
        await desk.call('b');
        const seq = await lastOf(desk, 'approval_resolved');
        await desk.forge('evidence', ['host', seq], (entry) =>
          entry.replace(/("expires_at":")\d{4}/, '$12030'),
        );
        desk.clock.advance(HOUR_MS);
      },
    ],
  ];

  test.each(bend)('%s', async (_, attack) => {
    const desk = new ApprovalDesk();
    await desk.open();
    await attack(desk);
    await desk.forge('head', ['host'], FROM_THE_START);
    await desk.open();
    expect(await desk.call().catch(codeOf)).toBe('STORE_CORRUPT');
    expect(desk.ran).toEqual(['a']);
    await desk.leave();
  });
});
