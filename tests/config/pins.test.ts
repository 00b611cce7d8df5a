/** A pin is written where it belongs, and all else in the file stays; or nothing is written. */
import { describe, expect, test } from 'vitest';
import { withPin, type PackPin } from 'troupe/config';

const PIN: PackPin = { id: 'notes', version: '1.0.0', integrity: 'dev', source: 'local' };
const WRITTEN = ['id: notes', 'version: 1.0.0', 'integrity: dev', 'source: local'];
const BLOCK = `  - ${WRITTEN.join('\n    ')}\n`;
const LINE = `{ ${WRITTEN.join(', ')} }`;

const OTHER = '{ id: other, version: 1.0.0, integrity: dev, source: local }';
const AMONG_OTHERS = `packs:\n  # First.\n  - ${OTHER} # ours\n`;

describe('a pin is added', () => {
  test.each([
    ['to nothing', '', `packs:\n${BLOCK}`],
    ['behind a comment', '# Mine.\n', `# Mine.\n\npacks:\n${BLOCK}`],
    ['to an empty list', 'packs: [] # none\nname: a\n', `packs:\n${BLOCK}  # none\nname: a\n`],
    ['to a list without entries', 'packs:\nname: a\n', `packs:\n${BLOCK}name: a\n`],
    ['to others', `${AMONG_OTHERS}\nname: a\n`, `${AMONG_OTHERS}${BLOCK}\nname: a\n`],
  ])('%s', (_, before, after) => {
    expect(withPin(before, PIN)).toBe(after);
  });
});

test('the pin of that id is replaced where it stands, with what it has no more', () => {
  const source = `source: git, url: u, commit: ${'a'.repeat(40)}`;
  const old = `{ id: notes, version: 0.1.0, integrity: dev, ${source} }`;
  const before = `packs:\n  - ${old} # ours\n  - ${OTHER}\n`;
  expect(withPin(before, PIN)).toBe(`packs:\n  - ${LINE} # ours\n  - ${OTHER}\n`);
});

test.each([
  ['the list is an alias', `ours: &pins [${LINE}]\npacks: *pins\n`, PIN],
  ['an entry is an alias', `ours: &pin ${LINE}\npacks: [*pin]\n`, PIN],
  ['it is no pin', '', { ...PIN, registry_url: 'here' }],
  ['git lacks its commit', '', { ...PIN, source: 'git', url: 'u' } as const],
])('nothing is written where %s', (_, text, pin) => {
  expect(() => withPin(text, pin)).toThrow(
    expect.objectContaining({ code: 'CONFIGURATION_ERROR' }),
  );
});
