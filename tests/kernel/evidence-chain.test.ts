/** A linked entry carries its hash, and its stored bytes are its canonical JSON. */
import { expect, test } from 'vitest';
import { canonicalJson, contentHash } from '../../kernel/canonical.ts';
import { evidenceEntry, type EntryDraft } from '../../kernel/contract/index.ts';
import { GENESIS, linkEntry } from '../../kernel/evidence/chain.ts';
import { readEntry } from '../../kernel/evidence/codec.ts';
import {
  chainOf,
  closed,
  crashed,
  denied,
  finished,
  minute,
  moved,
  progressed,
  requested,
  resolved,
  SESSION,
  started,
} from './support/evidence.ts';

const LINK = { session_id: SESSION, seq: 7, prev_hash: GENESIS, timestamp: minute(7) };

const drafts: readonly EntryDraft[] = [
  started(),
  started({}, { request_id: undefined, metadata: undefined }),
  started({}, { metadata: { hash: 'a', nested: { hash: 'b', text: '"hash":"c",' } } }),
  progressed(),
  finished(),
  finished({}, 'failure'),
  denied(),
  crashed(),
  requested(),
  resolved(),
  closed('approval_expired'),
  closed('approval_superseded'),
  moved('session_started'),
];
const titled = drafts.map((draft, index) => ({ index, kind: draft.kind, draft }));

test.each(titled)('$index $kind: the hash covers every other field', ({ draft }) => {
  const { entry } = linkEntry(draft, LINK);
  const { hash, ...covered } = entry;
  expect(hash).toBe(contentHash(covered));
});

test.each(titled)('$index $kind: the text is the canonical JSON of the entry', ({ draft }) => {
  const { entry, text } = linkEntry(draft, LINK);
  expect(text).toBe(canonicalJson(entry));
});

test.each(titled)('$index $kind: the text reads back as an entry', ({ draft }) => {
  const { entry, text } = linkEntry(draft, LINK);
  expect(readEntry(text)).toEqual({ entry });
  expect(evidenceEntry.safeParse(entry).success).toBe(true);
});

test('the order of the keys of a draft does not matter', () => {
  const draft = started();
  const turned = Object.fromEntries(Object.entries(draft).toReversed()) as EntryDraft;
  expect(linkEntry(turned, LINK).text).toBe(linkEntry(draft, LINK).text);
});

test('a draft cannot set its own link', () => {
  const forged = { ...started(), ...LINK, seq: 99, prev_hash: 'f'.repeat(64), session_id: 'other' };
  expect(linkEntry(forged, LINK).text).toBe(linkEntry(started(), LINK).text);
});

test('what JSON cannot hold is refused', () => {
  expect(() => linkEntry(started({}, { metadata: { size: 1n } }), LINK)).toThrow(TypeError);
});

test('each entry links to the one before it', () => {
  const { entries, head } = chainOf(drafts);
  expect(entries.map(({ prev_hash }) => prev_hash)).toEqual([
    GENESIS,
    ...entries.slice(0, -1).map(({ hash }) => hash),
  ]);
  expect(head).toEqual({ seq: drafts.length - 1, hash: entries.at(-1)?.hash });
});

const { text: TEXT, entry: ENTRY } = linkEntry(started(), LINK);
const { text: UNKNOWN } = linkEntry({ ...started(), kind: 'tool_call_mended' } as never, LINK);

test.each([
  ['nothing', '', 'unparsable'],
  ['half an entry', TEXT.slice(0, 100), 'unparsable'],
  ['a list', '[]', 'unparsable'],
  ['null', 'null', 'unparsable'],
  ['no hash', '{}', 'unparsable'],
  ['a hash that is no text', '{"hash":1,"kind":"x"}', 'unparsable'],
  ['a kind that is unknown here', UNKNOWN, 'unparsable'],
  ['other white space', ` ${TEXT}`, 'altered'],
  ['another hash', TEXT.replaceAll(ENTRY.hash, GENESIS), 'altered'],
  ['a field twice', TEXT.replace('"seq":7', '"seq":7,"seq":7'), 'altered'],
  ['one field more', TEXT.replace('{', '{"a":1,'), 'altered'],
])('reading %s finds fault', (_, text, fault) => {
  expect(readEntry(text)).toMatchObject({ fault });
});
