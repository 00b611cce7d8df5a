/**
 * A chain whose first entries were pruned verifies from its tombstone on, as it did before: what is
 * left still needs its decisions, and no tombstone but a signed one counts where there is a key.
 */
import { describe, expect, test } from 'vitest';
import { canonicalJson } from '../../kernel/canonical.ts';
import type { EntryDraft, Tombstone } from '../../kernel/contract/index.ts';
import { startBehind } from '../../kernel/evidence/prune.ts';
import { CHAIN_START, makeTombstone } from '../../kernel/evidence/tombstone.ts';
import { verifyChain, type Seals } from '../../kernel/evidence/verify.ts';
import {
  chainOf,
  closed,
  crashed,
  finished,
  minute,
  moved,
  progressed,
  requested,
  resolved,
  SESSION,
  started,
  startedOnApproval,
  type Chain,
} from './support/evidence.ts';
import { KEY, OTHER_KEY, signatureText } from './support/signed.ts';

const DRAFTS: readonly EntryDraft[] = [
  moved('session_started'),
  started({ effect_id: 'turn' }),
  finished({ effect_id: 'turn' }),
  requested('r1', { terms: { quorum: 1, approvers: ['ada@example.com'] }, requested_by: 'bob' }),
  resolved(),
  startedOnApproval(),
  progressed(),
  finished(),
  started({ effect_id: 'retried' }, { recovery: 'retry' }),
  crashed({ effect_id: 'retried' }),
  started({ effect_id: 'retried', restart: 1 }, { recovery: 'retry' }),
  finished({ effect_id: 'retried', restart: 1 }),
  moved('session_completed'),
];
const chain = chainOf(DRAFTS);
const places = DRAFTS.map((_, seq) => seq);

async function* stream(texts: readonly string[]): AsyncGenerator<string> {
  yield* texts;
}

async function tombstoneOf(
  { texts }: Chain,
  through_seq: number,
  change: Partial<Tombstone> = {},
): Promise<Tombstone> {
  const start = await startBehind(SESSION, stream(texts), through_seq);
  const said = { reason: 'retention', by: 'ana', pruned_at: minute(99) };
  const contents_through_seq = through_seq;
  return makeTombstone(
    { session_id: SESSION, ...start, contents_through_seq, ...said, ...change },
    KEY,
  );
}

/** Verifies what is left behind an entry. */
function verify(given: Chain, through_seq: number, stone: Tombstone | string, seals: Seals = {}) {
  return verifyChain(SESSION, given.texts.slice(through_seq + 1), given.head, {
    trusted: [KEY],
    signature: signatureText(given),
    tombstone: typeof stone === 'string' ? stone : canonicalJson(stone),
    ...seals,
  });
}

describe.each(places)('pruned through entry %i', (seq) => {
  test('the rest verifies, and what is gone is told', async () => {
    const result = await verify(chain, seq, await tombstoneOf(chain, seq));
    expect(result).toMatchObject({
      ...{ ok: true, entries: chain.texts.length - seq - 1, head: chain.head },
      ...{ signature: 'valid', signed_through: chain.head.seq },
      pruned: { through_seq: seq, reason: 'retention', by: 'ana', pruned_at: minute(99) },
    });
  });

  test('it does not without the tombstone', async () => {
    const { texts, head } = chain;
    const result = await verifyChain(SESSION, texts.slice(seq + 1), head);
    const kind = seq === head.seq ? 'cut_off' : 'removed';
    expect(result).toMatchObject({ ok: false, problem: { kind, seq: 0 } });
  });

  test('it does not where more is gone than the tombstone says', async () => {
    const result = await verify(chain, seq + 1, await tombstoneOf(chain, seq));
    if (seq === chain.head.seq) expect(result.ok).toBe(true);
    else expect(result).toMatchObject({ ok: false, problem: { seq: seq + 1 } });
  });

  test('an entry that is there nevertheless is surplus', async () => {
    const result = await verify(chain, seq - 1, await tombstoneOf(chain, seq));
    expect(result).toMatchObject({ ok: false, problem: { kind: 'surplus', seq } });
  });

  test('pruned on from there it is as if pruned at once', async () => {
    const { texts } = chain;
    const from = await startBehind(SESSION, stream(texts), seq);
    const last = chain.head.seq;
    expect(await startBehind(SESSION, stream(texts.slice(seq + 1)), last, from)).toEqual(
      await startBehind(SESSION, stream(texts), last),
    );
  });
});

describe('what is left still needs its decisions', () => {
  test.each<[string, readonly EntryDraft[]]>([
    [
      'an approval used a second time',
      [...DRAFTS.slice(0, 8), startedOnApproval({ effect_id: 'e2' })],
    ],
    ['a success tried again', [...DRAFTS.slice(0, 8), started({ effect_id: 'turn', attempt: 2 })]],
    ['an approval resolved twice', [...DRAFTS.slice(0, 5), resolved()]],
    ['the end of a used approval', [...DRAFTS.slice(0, 8), closed('approval_superseded')]],
    ['an allow in place of the approval', [...DRAFTS.slice(0, 4), started()]],
    ['an end without a start', [...DRAFTS.slice(0, 3), finished()]],
    [
      'somebody who may not approve',
      [...DRAFTS.slice(0, 4), resolved('r1', { approved_by: 'eve@example.com' })],
    ],
  ])('%s', async (_, drafts) => {
    const given = chainOf(drafts);
    const seq = drafts.length - 1;
    const expected = { ok: false, problem: { kind: 'unjustified', seq } };
    expect(await verify(given, seq - 1, await tombstoneOf(given, seq - 1))).toMatchObject(expected);
  });
});

describe('a tombstone', async () => {
  const seq = 7;
  const stone = await tombstoneOf(chain, seq);
  const problem = async (forged: Tombstone | string, seals: Seals = {}) => {
    const result = await verify(chain, seq, forged, seals);
    return result.ok ? 'none' : result.problem.kind;
  };

  test.each(Object.keys(stone))('with another %s does not count', async (field) => {
    const forged = { ...stone, [field]: flip(stone[field as 'hash']) };
    expect(['signature_invalid', 'foreign', 'unparsable']).toContain(await problem(forged));
  });

  test('that nobody signed counts only where nobody has a key', async () => {
    const { account, hash } = stone;
    const said = { reason: 'retention', by: 'ana', pruned_at: minute(99) };
    const through = { through_seq: seq, contents_through_seq: seq };
    const draft = { session_id: SESSION, hash, account, ...through, ...said };
    const bare = makeTombstone(draft, undefined);
    expect(await problem(bare)).toBe('signature_missing');
    expect(await problem(bare, { trusted: [], signature: undefined })).toBe('none');
    expect(await problem(makeTombstone(draft, OTHER_KEY))).toBe('signature_invalid');
    const named = makeTombstone(draft, { ...OTHER_KEY, key_id: KEY.key_id });
    expect(await problem(named)).toBe('signature_invalid');
  });

  test('of another session does not count', async () => {
    expect(await problem({ ...stone, session_id: 'session-2' })).toBe('foreign');
  });

  test.each(['', '{', '[]', '{}'])('that is %j is none', async (text) => {
    expect(await problem(text)).toBe('unparsable');
    expect(await problem(text, { trusted: [] })).toBe('unparsable');
  });

  test('of contents alone leaves the chain as it is', async () => {
    const bare = { ...CHAIN_START, session_id: SESSION, contents_through_seq: seq };
    const said = { reason: 'retention', by: 'ana', pruned_at: minute(99) };
    const result = await verify(chain, -1, makeTombstone({ ...bare, ...said }, KEY));
    expect(result).toMatchObject({ ok: true, entries: chain.texts.length });
    expect(result.pruned).toMatchObject({ through_seq: -1, contents_through_seq: seq });
  });

  test('hides a head that was seen before, and says so', async () => {
    const [first] = chain.entries;
    const seen = { seq: 0, hash: first?.hash ?? '' };
    expect(await verify(chain, seq, stone, { expected: seen })).toMatchObject({
      problem: { kind: 'removed', seq: 0, message: expect.stringContaining('is pruned') as string },
    });
    const last = { seq, hash: stone.hash };
    expect(await problem(stone, { expected: last })).toBe('none');
    const other = { seq, hash: chain.head.hash };
    expect(await problem(stone, { expected: other })).toBe('altered');
  });

  test('does not cover for a signature that ends before it', async () => {
    const signature = signatureText(chain, { seq: seq - 1 });
    expect(await problem(stone, { signature })).toBe('signature_missing');
  });
});

/** Another value of the same type. */
function flip(value: unknown): unknown {
  if (typeof value === 'number') return value + 1;
  if (typeof value !== 'string') return CHAIN_START.account;
  return `${value.startsWith('0') ? '1' : '0'}${value.slice(1)}`;
}
