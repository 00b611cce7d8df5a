/**
 * Grants that nobody gave, or that cannot be given or taken back so: one row per way of writing,
 * asking for or revoking one against the rules.
 */
import { describe, test } from 'vitest';
import { codeOf, play, type Row } from './approval-desk.ts';
import { ASKED, behind, HOUR, HOUR_MS, rows } from './granted.ts';

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
