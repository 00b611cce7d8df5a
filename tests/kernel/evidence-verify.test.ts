/** Whatever is done to a stored chain, the verification names the first entry that is wrong. */
import { describe, expect, test } from 'vitest';
import { canonicalJson } from '../../kernel/canonical.ts';
import type { EntryDraft } from '../../kernel/contract/index.ts';
import { GENESIS, linkEntry } from '../../kernel/evidence/chain.ts';
import { verifyChain, type ChainEnd } from '../../kernel/evidence/verify.ts';
import {
  chainOf,
  finished,
  moved,
  progressed,
  requested,
  resolved,
  SESSION,
  started,
  startedOnApproval,
} from './support/evidence.ts';

const DRAFTS = [
  moved('session_started'),
  started({ effect_id: 'turn' }),
  finished({ effect_id: 'turn' }),
  requested(),
  resolved(),
  startedOnApproval(),
  progressed(),
  finished(),
  moved('session_completed'),
];
const { texts, entries, head } = chainOf(DRAFTS);
const foreign = chainOf(DRAFTS, { session_id: 'session-2' });
const UNSIGNED = { signature: 'none', signed_through: -1 };
const END: ChainEnd = { seq: -1, hash: GENESIS };

const verify = (changed: readonly string[], end: ChainEnd = head) =>
  verifyChain(SESSION, changed, end);
const places = texts.map((_, seq) => seq);

test('a chain that nobody touched verifies', async () => {
  const whole = { ok: true, session_id: SESSION, entries: texts.length, head, ...UNSIGNED };
  expect(await verify(texts)).toEqual(whole);
  expect(await verifyChain(SESSION, stream(texts), head)).toEqual(whole);
});

test('an empty chain verifies against an empty head', async () => {
  expect(await verify([], END)).toEqual({
    ok: true,
    session_id: SESSION,
    entries: 0,
    head: END,
    ...UNSIGNED,
  });
});

describe.each(places)('entry %i', (seq) => {
  const text = texts[seq] ?? '';
  const entry = entries[seq];
  const replaced = (other: string): readonly string[] => texts.with(seq, other);
  const isProblem = async (
    changed: readonly string[],
    problem: { readonly kind: string; readonly seq: number },
  ) => {
    const result = await verify(changed);
    expect(result).toMatchObject({ ok: false, session_id: SESSION, problem });
    expect(result).toHaveProperty('problem.message', expect.stringContaining(`${problem.seq}`));
  };

  test.each(Object.keys(entry ?? {}))('with another %s is altered', async (field) => {
    const forged = { ...entry, [field]: flip(entry?.[field as 'seq']) };
    await isProblem(replaced(canonicalJson(forged)), { kind: 'altered', seq });
  });

  test.each(Object.keys(entry ?? {}))('without its %s is altered', async (field) => {
    const { [field as 'seq']: gone, ...rest } = entry ?? { seq: 0 };
    const kind = field === 'hash' ? 'unparsable' : 'altered';
    expect(gone).toBeDefined();
    await isProblem(replaced(canonicalJson(rest)), { kind, seq });
  });

  test('written anew with a hash of its own is altered', async () => {
    const { prev_hash = '', timestamp = '' } = entry ?? {};
    const draft: EntryDraft = { ...(DRAFTS[seq] ?? moved('session_message')), run_id: 'run-2' };
    const forged = linkEntry(draft, { session_id: SESSION, seq, prev_hash, timestamp });
    await isProblem(replaced(forged.text), { kind: 'altered', seq });
  });

  test('torn is unparsable', async () => {
    await isProblem(replaced(text.slice(0, -1)), { kind: 'unparsable', seq });
  });

  test('of another session is foreign', async () => {
    await isProblem(replaced(foreign.texts[seq] ?? ''), { kind: 'foreign', seq });
  });

  test('removed is missing', async () => {
    const kind = seq === head.seq ? 'cut_off' : 'removed';
    await isProblem(texts.toSpliced(seq, 1), { kind, seq });
  });

  test('and all behind it removed is cut off', async () => {
    await isProblem(texts.slice(0, seq), { kind: 'cut_off', seq });
  });

  test('twice is surplus', async () => {
    await isProblem(texts.toSpliced(seq, 0, text), { kind: 'surplus', seq });
  });

  test.each(places.filter((other) => other > seq))(
    'swapped with %i is reordered',
    async (other) => {
      const swapped = texts.with(seq, texts[other] ?? '').with(other, text);
      await isProblem(swapped, { kind: 'reordered', seq });
    },
  );

  test.each(places.filter((other) => other > seq))(
    'moved behind %i is reordered',
    async (other) => {
      await isProblem(texts.toSpliced(seq, 1).toSpliced(other, 0, text), {
        kind: 'reordered',
        seq,
      });
    },
  );

  test('behind the head is surplus', async () => {
    const end = { seq: seq - 1, hash: entry?.prev_hash ?? '' };
    const result = await verify(texts, end);
    expect(result).toMatchObject({ entries: seq, problem: { kind: 'surplus', seq } });
  });

  test('is counted only when everything before it is in order', async () => {
    expect(await verify(replaced('{}'))).toMatchObject({ ok: false, entries: seq });
  });
});

test('an end that the head does not name is altered', async () => {
  const result = await verify(texts, { ...head, hash: GENESIS });
  expect(result).toMatchObject({ problem: { kind: 'altered', seq: head.seq } });
});

test('a whole chain of another session is foreign', async () => {
  const result = await verify(foreign.texts, foreign.head);
  expect(result).toMatchObject({ entries: 0, problem: { kind: 'foreign', seq: 0 } });
});

test('a missing entry counts as removed, whatever unreadable things follow', async () => {
  const result = await verify([...texts.slice(1), '{"seq":', 'null', '{"seq":"0"}']);
  expect(result).toMatchObject({ problem: { kind: 'removed', seq: 0 } });
});

test('it stops reading at the first problem, and lets the store know', async () => {
  let isClosed = false;
  async function* records(): AsyncGenerator<string> {
    try {
      yield '{}';
      throw new Error('read on');
    } finally {
      isClosed = true;
    }
  }
  const result = await verifyChain(SESSION, records(), head);
  expect(result).toMatchObject({ problem: { kind: 'unparsable', seq: 0 } });
  expect(isClosed).toBe(true);
});

test('a store that fails is no problem of the evidence', async () => {
  async function* records(): AsyncGenerator<string> {
    yield texts[0] ?? '';
    throw new Error('disk gone');
  }
  await expect(verifyChain(SESSION, records(), head)).rejects.toThrow('disk gone');
});

async function* stream(items: readonly string[]): AsyncGenerator<string> {
  yield* items;
}

/** Another value of the same shape, so that only the hash can tell. */
function flip(value: unknown): unknown {
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'boolean') return !value;
  if (typeof value === 'string') return `${value.slice(0, -1)}${value.endsWith('0') ? '1' : '0'}`;
  return Array.isArray(value) && value.length > 0 ? [] : { other: true };
}
