/**
 * A start that rests on a grant is held against the entry that gave it: its shape, its tool, its
 * policy, its time, its end, and whether whoever gave it may decide on this call.
 */
import { describe, expect, test } from 'vitest';
import { contentHash } from '../../kernel/canonical.ts';
import type { ApprovalGrant, ChainAccount, EntryDraft } from '../../kernel/contract/index.ts';
import { accountOf, ledgerOf } from '../../kernel/evidence/account.ts';
import { enter, type Ledger } from '../../kernel/evidence/ledger.ts';
import { verifyChain } from '../../kernel/evidence/verify.ts';
import { shapeOfDigest } from '../../kernel/grant-shape.ts';
import {
  chainOf,
  closed,
  denied,
  DIGEST,
  finished,
  minute,
  moved,
  requested,
  resolved,
  SESSION,
  started,
} from './support/evidence.ts';

const SAME: ApprovalGrant = {
  ...{ shape: shapeOfDigest(DIGEST, []), vary: [], policy_version: 'pv-1' },
  expires_at: minute(30),
};
const VARIED: ApprovalGrant = { ...SAME, shape: contentHash('a shape'), vary: ['/text'] };
const OTHER = contentHash('another digest');

const asked = (terms: object): EntryDraft => requested('r1', { terms });
const given = (grant: ApprovalGrant): EntryDraft => resolved('r1', { grant });
const revoked: EntryDraft = {
  ...{ kind: 'grant_revoked', run_id: 'run-1', task_id: 'task-1', request_id: 'r1' },
  ...{ tool_name: 'demo:write', digest: DIGEST, revoked_by: 'ben' },
};
const voted: EntryDraft = {
  ...{ kind: 'approval_voted', run_id: 'run-1', task_id: 'task-1', request_id: 'r1' },
  ...{ tool_name: 'demo:write', digest: DIGEST, approved_by: 'ben' },
};

type Start = Extract<EntryDraft, { kind: 'tool_call_started' }>;

const granted = (change: Partial<Start> = {}, effect_id = 'e2'): EntryDraft =>
  started(
    { effect_id },
    {
      ...{ basis: 'grant', request_id: 'r1', grant: { shape: SAME.shape } },
      policy_decisions: [{ policy_id: 'demo.rule', decision: 'approval_required' }],
      ...change,
    },
  );
const varied = (change: Partial<Start> = {}): EntryDraft =>
  granted({ grant: { shape: VARIED.shape }, digest: OTHER, ...change });
const decided = (...decisions: readonly ('deny' | 'defer' | 'allow' | 'approval_required')[]) => ({
  policy_decisions: decisions.map((decision) => ({ policy_id: 'demo.rule', decision })),
});

type Chain = readonly EntryDraft[];
const ASK = requested();
const GIVE = given(SAME);

async function problemOf(chain: Chain, at: Record<number, number> = {}): Promise<unknown> {
  const { texts, head } = chainOf(chain, { at });
  const result = await verifyChain(SESSION, texts, head);
  return result.ok ? 'none' : result.problem;
}

const third = { effect_id: 'e3' };

describe('justified', () => {
  test.each<[string, Chain]>([
    ['a granted call', [ASK, GIVE, granted(), finished({ effect_id: 'e2' })]],
    ['two of them', [ASK, GIVE, granted(), granted({}, 'e3'), finished(third)]],
    ['a call that differs where it may', [ASK, given(VARIED), varied()]],
    [
      'a call by terms that the grantor meets',
      [
        ...[ASK, GIVE],
        granted({ grant: { shape: SAME.shape, terms: { approvers: ['ada@example.com'] } } }),
      ],
    ],
    [
      'what was granted with a request that was replaced',
      [...[ASK, GIVE, closed('approval_superseded'), granted()]],
    ],
    [
      'a grant that was revoked and given again',
      [
        ...[ASK, GIVE, revoked, requested('r2'), resolved('r2', { grant: SAME })],
        granted({ request_id: 'r2' }),
      ],
    ],
    [
      'another call that was declined',
      [
        ...[ASK, given(VARIED), requested('r2', { digest: OTHER })],
        ...[resolved('r2', { digest: OTHER, approved: false }), denied()],
        varied({ digest: DIGEST }),
      ],
    ],
  ])('%s', async (_, chain) => expect(await problemOf(chain)).toBe('none'));
});

describe('not justified is the last entry', () => {
  test.each<[string, Chain]>([
    ['a grant that was never given', [ASK, resolved(), granted()]],
    ['a grant of another request', [ASK, GIVE, granted({ request_id: 'r9' })]],
    ['a grant without a name', [ASK, GIVE, granted({ request_id: undefined })]],
    ['no word of a shape', [ASK, GIVE, granted({ grant: undefined })]],
    ['another shape', [ASK, GIVE, granted({ grant: { shape: VARIED.shape } })]],
    ['other bytes under the same shape', [ASK, GIVE, granted({ digest: OTHER })]],
    ['another tool', [ASK, given(VARIED), varied({ tool_name: 'demo:erase' })]],
    ['another policy', [ASK, given(VARIED), varied({ policy_version: 'pv-2' })]],
    ['a revoked grant', [ASK, GIVE, revoked, granted()]],
    [
      'a grant that the end of the session ended',
      [ASK, GIVE, moved('session_completed'), granted()],
    ],
    [
      'a call that was declined since',
      [
        ...[ASK, given(VARIED), requested('r2', { digest: OTHER })],
        ...[resolved('r2', { digest: OTHER, approved: false }), varied()],
      ],
    ],
    ['a deny', [ASK, GIVE, granted(decided('approval_required', 'deny'))]],
    ['a deferred call', [ASK, GIVE, granted(decided('approval_required', 'defer'))]],
    ['nobody asking', [ASK, GIVE, granted(decided('allow'))]],
    [
      'terms that name others',
      [...[ASK, GIVE], granted({ grant: { shape: SAME.shape, terms: { approvers: ['ben'] } } })],
    ],
    [
      'terms that ask for two',
      [...[ASK, GIVE], granted({ grant: { shape: SAME.shape, terms: { quorum: 2 } } })],
    ],
    [
      'a grantor who asked for the call',
      [
        ...[ASK, GIVE],
        granted({
          grant: { shape: SAME.shape, terms: { distinct: true } },
          metadata: { requested_by: 'Ada@Example.com' },
        }),
      ],
    ],
    [
      'an approval used as if it were the grant',
      [
        ...[ASK, GIVE, granted()],
        granted({ basis: 'approval', grant: undefined, digest: OTHER }, 'e3'),
      ],
    ],
    ['a grant with a denial', [ASK, resolved('r1', { approved: false, grant: SAME })]],
    ['a grant with an edit', [...[ASK, resolved('r1', { grant: SAME, edited_input_hash: OTHER })]]],
    ['a grant of one where two have to agree', [asked({ quorum: 2 }), voted, given(SAME)]],
    ['a grant of another call than was asked for', [ASK, given({ ...SAME, shape: VARIED.shape })]],
    ['revoking what was not granted', [ASK, resolved(), revoked]],
    ['revoking twice', [ASK, GIVE, revoked, revoked]],
  ])('%s', async (_, chain) => {
    expect(await problemOf(chain)).toMatchObject({ kind: 'unjustified', seq: chain.length - 1 });
  });
});

describe('a grant that ends at minute 30', () => {
  const chain = [ASK, GIVE, granted(), moved('session_message'), granted({}, 'e3')];
  test.each<[string, Record<number, number>, unknown]>([
    ['is used before', { 2: 28, 3: 29, 4: 29 }, 'none'],
    ['is used too late', { 2: 30.02 }, { seq: 2 }],
    ['is used a moment before, and written a moment behind', { 2: 30.01, 3: 31 }, { seq: 4 }],
    ['is not brought back by a clock that goes back', { 2: 3, 3: 30, 4: 4 }, { seq: 4 }],
  ])('%s', async (_, at, problem) => {
    const found = await problemOf(chain, at);
    if (problem === 'none') expect(found).toBe(problem);
    else expect(found).toMatchObject({ kind: 'unjustified', ...(problem as object) });
  });
});

test('the account of what is pruned keeps what is granted', () => {
  const ledger = (account: Partial<ChainAccount> = {}): Ledger =>
    ledgerOf({ tries: [], gates: [], gated: [], ...account });
  const { entries } = chainOf([ASK, given(VARIED), varied()]);
  const first = ledger();
  expect(accountOf(first)).not.toHaveProperty('grants');
  for (const entry of entries.slice(0, 2)) expect(enter(first, entry)).toBeUndefined();
  const account = JSON.parse(JSON.stringify(accountOf(first))) as ChainAccount;
  const [, , start] = entries;
  if (!start) throw new Error('expected a start');
  expect(enter(ledger(account), start)).toBeUndefined();
  expect(enter(ledger({ ...account, grants: [] }), start)).toContain('on no grant');
});
