/** An approval is decided once, in time, by somebody, and covers one call, once. */
import { describe, expect, test } from 'vitest';
import {
  approvalDigest,
  approvalRequestId,
  consumeApproval,
  expireApproval,
  requestApproval,
  resolveApprovalRecord,
  supersedeApproval,
  type ApprovalRequest,
} from '../../kernel/approvals.ts';
import {
  approval as approvalSchema,
  approvalStatus,
  type Approval,
  type ApprovalResolution,
  type ApprovalStatus,
} from '../../kernel/contract/index.ts';

const NOW = Date.parse('2026-01-01T00:00:00.000Z');
const TTL_MS = 24 * 60 * 60 * 1000;
const END = NOW + TTL_MS;

const REQUEST: ApprovalRequest = {
  session_id: 'session-1',
  task_id: 'task-1',
  run_id: 'run-1',
  effect_id: 'session-1/tool/3',
  tool_name: 'email:send',
  input: { to: 'ada@example.com', copies: 1 },
  policy_version: 'pv-1',
  policy_decisions: [
    { policy_id: 'demo.allow', decision: 'allow' },
    { policy_id: 'demo.ask', decision: 'approval_required', reason: 'Mail leaves the house' },
    { policy_id: 'demo.silent', decision: 'approval_required' },
  ],
  ordinal: 7,
  now: NOW,
  ttl_ms: TTL_MS,
};
const PENDING = requestApproval(REQUEST);
const CALL = { digest: PENDING.digest, policy_version: PENDING.policy_version };
const decision = (change: Partial<ApprovalResolution> = {}): ApprovalResolution => ({
  request_id: PENDING.request_id,
  approved: true,
  approved_by: 'grace@example.com',
  ...change,
});
const inStatus = (status: ApprovalStatus): Approval => ({ ...PENDING, status });
const APPROVED = inStatus('approved');
const OTHERS = (...statuses: readonly ApprovalStatus[]) =>
  approvalStatus.options.filter((status) => !statuses.includes(status));

describe('request', () => {
  test('the record says what will run, why it waits and until when', () => {
    expect(PENDING).toEqual({
      schema_version: 1,
      request_id: approvalRequestId(REQUEST.effect_id, PENDING.digest, 7),
      session_id: 'session-1',
      task_id: 'task-1',
      run_id: 'run-1',
      effect_id: 'session-1/tool/3',
      tool_name: 'email:send',
      digest: approvalDigest(REQUEST),
      policy_version: 'pv-1',
      input: REQUEST.input,
      reasons: ['Mail leaves the house'],
      policy_ids: ['demo.ask', 'demo.silent'],
      requested_at: '2026-01-01T00:00:00.000Z',
      expires_at: '2026-01-02T00:00:00.000Z',
      status: 'pending',
    });
    expect(approvalSchema.parse(PENDING)).toEqual(PENDING);
  });

  test('an intent and the request that was edited are kept', () => {
    const record = requestApproval({ ...REQUEST, intent: 'mail', edited_from: 'apr-1' });
    expect(record).toMatchObject({ intent: 'mail', edited_from: 'apr-1' });
  });

  test('a record can be made from another one, without what happened to that', () => {
    const { input } = REQUEST;
    const again = requestApproval({ ...REQUEST, ...inStatus('denied'), input });
    expect(again).toEqual(PENDING);
  });
});

describe('digest', () => {
  const { session_id, tool_name, policy_version } = REQUEST;
  const call = { session_id, tool_name, policy_version, input: REQUEST.input };

  test.each([
    ['session_id', { session_id: 'session-2' }],
    ['tool_name', { tool_name: 'email:draft' }],
    ['policy_version', { policy_version: 'pv-2' }],
    ['input', { input: { to: 'eve@example.com', copies: 1 } }],
    ['a number that becomes a text', { input: { to: 'ada@example.com', copies: '1' } }],
    ['a field more', { input: { ...REQUEST.input, bcc: 'eve@example.com' } }],
    ['a field less', { input: { to: 'ada@example.com' } }],
  ])('another %s is another call', (_, change) => {
    expect(approvalDigest({ ...call, ...change })).not.toBe(PENDING.digest);
  });

  test('the order of keys is not', () => {
    const input = { copies: 1, to: 'ada@example.com' };
    expect(approvalDigest({ input, policy_version, tool_name, session_id })).toBe(PENDING.digest);
  });
});

describe('request id', () => {
  const id = (effect_id: string, digest: string, ordinal: number) =>
    approvalRequestId(effect_id, digest, ordinal);

  test('it follows from what it is for', () => {
    expect(id('e1', 'd1', 1)).toMatch(/^apr-[0-9a-f]{24}$/);
    expect(id('e1', 'd1', 1)).toBe(id('e1', 'd1', 1));
  });

  test('it is another for anything else', () => {
    const ids = [id('e1', 'd1', 1), id('e2', 'd1', 1), id('e1', 'd2', 1), id('e1', 'd1', 2)];
    const shifted = [id('e1d', '1', 1), id('e1', 'd', 11)];
    expect(new Set([...ids, ...shifted]).size).toBe(6);
  });
});

describe('resolve', () => {
  const late = 'APPROVAL_EXPIRED';

  test.each([
    ['approved', decision({ reason: 'Fine' }), 'approved', 'approved'],
    ['denied', decision({ approved: false, reason: 'No' }), 'denied', 'denied'],
    ['edited', decision({ edited_input: { to: 'b@example.com' } }), 'edited', 'superseded'],
    ['denied with an edit', decision({ approved: false, edited_input: {} }), 'denied', 'denied'],
  ])('%s', (_, resolution, outcome, status) => {
    const { reason } = resolution;
    expect(resolveApprovalRecord(PENDING, resolution, NOW + 1)).toEqual({
      outcome,
      approval: {
        ...PENDING,
        status,
        approved_by: 'grace@example.com',
        resolved_at: '2026-01-01T00:00:00.001Z',
        ...(reason !== undefined && { reason }),
      },
    });
  });

  test.each<readonly [string, Approval, ApprovalResolution, number, string]>([
    ...OTHERS('pending').map(
      (status) => [status, inStatus(status), decision(), NOW, 'APPROVAL_NOT_PENDING'] as const,
    ),
    ['at its end', PENDING, decision(), END, late],
    ['behind its end', PENDING, decision({ approved: false }), END + 1, late],
    ['decided by nobody', PENDING, decision({ approved_by: ' ' }), NOW, 'INVALID_INPUT'],
    ['meant for another', PENDING, decision({ request_id: 'apr-2' }), NOW, 'APPROVAL_NOT_FOUND'],
  ])('refused: %s', (_, record, resolution, now, refused) => {
    expect(resolveApprovalRecord(record, resolution, now)).toEqual({
      refused,
      message: expect.any(String) as string,
    });
  });

  test('the last instant is in time, also for a clock that went back', () => {
    expect(resolveApprovalRecord(PENDING, decision(), END - 1)).toHaveProperty('outcome');
    expect(resolveApprovalRecord(PENDING, decision(), NOW - TTL_MS)).toHaveProperty('outcome');
  });
});

describe('expire and supersede', () => {
  test.each(['pending', 'approved'] as const)('%s ends when its time is up', (status) => {
    const record = inStatus(status);
    expect(expireApproval(record, END - 1)).toBe(record);
    expect(expireApproval(record, END)).toMatchObject({
      status: 'expired',
      resolved_at: '2026-01-02T00:00:00.000Z',
    });
  });

  test.each(['pending', 'approved'] as const)('%s can be superseded', (status) => {
    expect(supersedeApproval(inStatus(status), 'Policy changed', NOW)).toMatchObject({
      status: 'superseded',
      reason: 'Policy changed',
    });
  });

  test.each(OTHERS('pending', 'approved'))('%s stays as it is', (status) => {
    const record = inStatus(status);
    expect(expireApproval(record, END + 1)).toBe(record);
    expect(supersedeApproval(record, 'Policy changed', NOW)).toBe(record);
  });

  test('a clock that goes back does not revive what has expired', () => {
    const expired = expireApproval(PENDING, END);
    expect(resolveApprovalRecord(expired, decision(), NOW)).toMatchObject({
      refused: 'APPROVAL_NOT_PENDING',
    });
    expect(consumeApproval(expired, CALL, NOW)).toMatchObject({ refused: 'APPROVAL_EXPIRED' });
  });

  test('when a person decided is kept', () => {
    const resolved_at = '2026-01-01T01:00:00.000Z';
    const decided = { ...APPROVED, resolved_at };
    expect(expireApproval(decided, END)).toMatchObject({ resolved_at });
    expect(supersedeApproval(decided, 'Policy changed', END)).toMatchObject({ resolved_at });
  });
});

describe('consume', () => {
  test('an approved call starts once', () => {
    const used = consumeApproval(APPROVED, CALL, END - 1);
    expect(used).toEqual({ approval: inStatus('consumed') });
    expect(consumeApproval(inStatus('consumed'), CALL, NOW)).toMatchObject({
      refused: 'APPROVAL_NOT_PENDING',
    });
  });

  test.each<readonly [string, Approval, Partial<typeof CALL>, number, string]>([
    ['pending', PENDING, {}, NOW, 'APPROVAL_REQUIRED'],
    ['denied', inStatus('denied'), {}, NOW, 'APPROVAL_DENIED'],
    ['expired', inStatus('expired'), {}, NOW, 'APPROVAL_EXPIRED'],
    ['superseded', inStatus('superseded'), {}, NOW, 'APPROVAL_NOT_PENDING'],
    ['at its end', APPROVED, {}, END, 'APPROVAL_EXPIRED'],
    ['another call', APPROVED, { digest: 'f'.repeat(64) }, NOW, 'APPROVAL_REQUIRED'],
    ['another policy', APPROVED, { policy_version: 'pv-2' }, NOW, 'APPROVAL_REQUIRED'],
  ])('refused: %s', (_, record, change, now, refused) => {
    expect(consumeApproval(record, { ...CALL, ...change }, now)).toEqual({
      refused,
      message: expect.stringContaining(PENDING.request_id) as string,
    });
  });
});

test('no record is changed in place', () => {
  const frozen = Object.freeze(structuredClone(PENDING));
  resolveApprovalRecord(frozen, decision(), NOW);
  expireApproval(frozen, END);
  supersedeApproval(frozen, 'Policy changed', NOW);
  consumeApproval(Object.freeze({ ...frozen, status: 'approved' }), CALL, NOW);
  expect(frozen).toEqual(PENDING);
});
