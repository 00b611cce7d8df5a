/**
 * What a signature beside a chain shows, whatever was done to the chain, to the signature, or to
 * both: a chain that was rewritten whole, an end that is gone, an old state that was put back.
 */
import { describe, expect, test } from 'vitest';
import { canonicalJson } from '../../kernel/canonical.ts';
import type { EntryDraft } from '../../kernel/contract/index.ts';
import { UNSIGNED_MAX } from '../../kernel/evidence/signature.ts';
import { verifyChain, type Seals } from '../../kernel/evidence/verify.ts';
import { chainOf, finished, moved, SESSION, started, type Chain } from './support/evidence.ts';
import { KEY, OTHER_KEY, signatureOf, signatureText } from './support/signed.ts';

const DRAFTS: readonly EntryDraft[] = [
  moved('session_started'),
  started(),
  finished(),
  moved('session_message'),
];
const ENDED = [...DRAFTS, moved('session_completed')];
const chain = chainOf(DRAFTS);
const { seq: LAST } = chain.head;
/** The same session as somebody would rather have it, linked and counted as it should be. */
const rewritten = chainOf(DRAFTS.with(2, finished({}, 'failure')));
const longer = (count: number): Chain =>
  chainOf([...DRAFTS, ...Array.from({ length: count }, () => moved('session_message'))]);

const verify = ({ texts, head }: Chain, seals: Seals) =>
  verifyChain(SESSION, texts, head, { trusted: [KEY], ...seals });
const problem = async (given: Chain, seals: Seals) => {
  const result = await verify(given, seals);
  return result.ok ? 'none' : result.problem;
};

describe('a chain that nobody touched', () => {
  const signature = signatureText(chain);

  test.each<[string, Seals, object]>([
    [
      'signed, under the right key',
      { signature },
      { ok: true, signature: 'valid', signed_through: LAST, key_id: KEY.key_id },
    ],
    ['under one of several keys', { signature, trusted: [OTHER_KEY, KEY] }, { ok: true }],
    [
      'signed, without a key',
      { signature, trusted: [] },
      { ok: true, signature: 'unchecked', signed_through: -1 },
    ],
    [
      'not signed, without a key',
      { trusted: [] },
      { ok: true, signature: 'none', signed_through: -1 },
    ],
    [
      'that went on behind its signature',
      { signature: signatureText(chain, { seq: 1 }) },
      { ok: true, signature: 'valid', signed_through: 1 },
    ],
    ['that ends with what was expected', { signature, expected: chain.head }, { ok: true }],
    [
      'that went on from what was expected',
      { signature, expected: { seq: 1, hash: chain.entries[1]?.hash ?? '' } },
      { ok: true },
    ],
  ])('%s', async (_, seals, expected) => {
    expect(await verify(chain, seals)).toMatchObject({ ...expected, entries: LAST + 1 });
  });

  test('an empty chain needs no signature', async () => {
    expect(await verify(chainOf([]), {})).toMatchObject({ ok: true, signature: 'none' });
  });
});

describe('a signature with another', () => {
  const record = signatureOf(chain);

  test.each(Object.keys(record))('%s is invalid', async (field) => {
    const flipped = flip(record[field as 'seq']);
    const signature = canonicalJson({ ...record, [field]: flipped });
    expect(await problem(chain, { signature })).toMatchObject({ kind: 'signature_invalid' });
  });

  test.each(Object.keys(record))('%s left out is invalid', async (field) => {
    const { [field as 'seq']: gone, ...rest } = record;
    expect(gone).toBeDefined();
    const signature = canonicalJson(rest);
    expect(await problem(chain, { signature })).toMatchObject({ kind: 'signature_invalid' });
  });
});

test.each<[string, Chain, Seals, object]>([
  ['no signature', chain, {}, { kind: 'signature_missing', seq: 0 }],
  [
    'no record of a signature',
    chain,
    { signature: '{"seq":' },
    { kind: 'signature_invalid', seq: 0 },
  ],
  [
    'a record that is none, without a key',
    chain,
    { signature: '[]', trusted: [] },
    { kind: 'signature_invalid', seq: 0 },
  ],
  [
    'a foreign key',
    chain,
    { signature: signatureText(chain, { signer: OTHER_KEY }) },
    { kind: 'signature_invalid', seq: LAST },
  ],
  [
    'a foreign key that takes the name of the right one',
    chain,
    { signature: signatureText(chain, { signer: { ...OTHER_KEY, key_id: KEY.key_id } }) },
    { kind: 'signature_invalid', seq: LAST },
  ],
  [
    'the signature of another session',
    chain,
    { signature: signatureText(chain, { session_id: 'session-2' }) },
    { kind: 'signature_invalid', seq: LAST },
  ],
  [
    'a whole other chain under the old signature',
    rewritten,
    { signature: signatureText(chain) },
    { kind: 'altered', seq: LAST, message: `entry ${LAST} is not the one that was signed` },
  ],
  [
    'the same, without a key',
    rewritten,
    { signature: signatureText(chain), trusted: [] },
    { kind: 'altered', seq: LAST },
  ],
  [
    'an end that is gone, with its head',
    chainOf(DRAFTS.slice(0, 2)),
    { signature: signatureText(chain) },
    { kind: 'cut_off', seq: 2, message: `entry 2 is missing, it is signed through ${LAST}` },
  ],
  [
    'everything gone, with its head',
    chainOf([]),
    { signature: signatureText(chain) },
    { kind: 'cut_off', seq: 0 },
  ],
  [
    'an old state with its signature, against a head that was seen',
    chainOf(DRAFTS.slice(0, 2)),
    { signature: signatureText(chain, { seq: 1 }), expected: chain.head },
    { kind: 'rolled_back', seq: 2, message: `entry 2 is missing, expected at least entry ${LAST}` },
  ],
  [
    'another chain by the holder of the key, against a head that was seen',
    rewritten,
    { signature: signatureText(rewritten), expected: chain.head },
    { kind: 'altered', seq: LAST, message: `entry ${LAST} is not the one that was expected` },
  ],
  [
    'more unsigned than a process leaves behind',
    longer(UNSIGNED_MAX + 1),
    { signature: signatureText(chain) },
    { kind: 'signature_missing', seq: LAST + 1 },
  ],
  [
    'an ended session that is not signed to its end',
    chainOf(ENDED),
    { signature: signatureText(chain) },
    { kind: 'signature_missing', seq: LAST + 1 },
  ],
])('%s is a problem', async (_, given, seals, expected) => {
  expect(await problem(given, seals)).toMatchObject(expected);
});

test('as much unsigned as a process can leave behind is none', async () => {
  const signature = signatureText(chain);
  expect(await problem(longer(UNSIGNED_MAX), { signature })).toBe('none');
});

test('an entry that was altered is named before the signature is', async () => {
  const forged = { ...chain, texts: chain.texts.with(1, '{}') };
  expect(await problem(forged, {})).toMatchObject({ kind: 'unparsable', seq: 1 });
});

/** Another value of the same type; of the same length, where it is a text. */
function flip(value: unknown): unknown {
  if (typeof value === 'number') return value + 1;
  if (typeof value !== 'string')
    throw new TypeError('a field of a signature is a text or a number');
  return `${value.startsWith('0') ? '1' : '0'}${value.slice(1)}`;
}
