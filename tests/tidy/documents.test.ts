/** Each rule on prose fires on a bad document and passes a good one. */
import { describe, expect, test } from 'vitest';
import {
  checkChangelog,
  checkFolderParagraphs,
  checkInvariants,
  checkLinks,
  checkReadmeLength,
  checkScripts,
} from './rules/documents.ts';
import { README_LINES_MAX } from './data/size-limits.ts';
import { toLines, type Source } from './violation.ts';

const document = (text: string, path = 'ARCHITECTURE.md'): Source => ({ path, text });

test.each([
  ['[a](kernel/errors.ts)', 0],
  ['[a](kernel/)', 0],
  ['[a](kernel)', 0],
  ['[a](kernel/errors.ts#L1) and [b](#here)', 0],
  ['[a](https://example.com/x.md) and [b](mailto:a@example.com)', 0],
  ['[a](kernel/gone.ts)', 1],
  ['[a](kern) and [b](gone.md)', 2],
])('links: %s', (text, count) => {
  expect(checkLinks([document(text)], ['kernel/errors.ts'])).toHaveLength(count);
});

test('links of a document in a folder start from there', () => {
  const paths = ['kernel/errors.ts', 'README.md'];
  const text = '[a](errors.ts) [b](../README.md) [c](README.md)';
  expect(toLines(checkLinks([document(text, 'kernel/README.md')], paths))).toEqual([
    'kernel/README.md:1 link: README.md leads nowhere: mend or remove it',
  ]);
});

describe('invariants', () => {
  const good = '**Invariant:** the kernel does no IO\n(`tests/tidy/house.test.ts`).\n\n';
  const check = (text: string): readonly string[] =>
    toLines(checkInvariants(document(text), ['tests/tidy/house.test.ts']));

  test('each names a test that is there', () => {
    expect(check(good.repeat(12))).toEqual([]);
  });

  test('one without a test, or with one that is gone, is found on its line', () => {
    expect(check(`${good.repeat(12)}**Invariant:** it works.`)).toEqual([
      'ARCHITECTURE.md:37 invariant: name the test that holds it: `tests/….test.ts`',
    ]);
    expect(check(`${good.repeat(12)}**Invariant:** it works (\`tests/gone.test.ts\`).`)).toEqual([
      'ARCHITECTURE.md:37 invariant: tests/gone.test.ts is not there: name the test that is',
    ]);
  });

  test('each stands for itself, in a list too', () => {
    const list = good.trimEnd().replace('**', '- **');
    expect(check(`${good.repeat(11)}${list}\n- **Invariant:** it works.\n`)).toEqual([
      'ARCHITECTURE.md:36 invariant: name the test that holds it: `tests/….test.ts`',
    ]);
  });

  test('a dozen is the least', () => {
    expect(check(good.repeat(11))).toHaveLength(1);
  });
});

test.each([
  ['**`kernel/`** decides.', 0],
  ['Intro.\n\n**`kernel/`** decides.', 0],
  ['### `kernel/`\n\nDecides.', 0],
  ['The kernel decides. **`kernel/`**', 1],
  ['**`machines/`** are charts.', 1],
])('folders: %s', (text, count) => {
  expect(checkFolderParagraphs(document(text), ['kernel'])).toHaveLength(count);
});

test.each([
  ['# Changelog\n\n## [0.1.0]\n\n## [0.0.9]', 0],
  ['# Changelog\n\n## [0.0.9]\n\n## [0.1.0]', 1],
  ['# Changelog', 1],
])('changelog: %j', (text, count) => {
  expect(checkChangelog(document(text), '0.1.0')).toHaveLength(count);
});

test('a README past its limit is found', () => {
  expect(checkReadmeLength(document('a\n'.repeat(README_LINES_MAX)))).toEqual([]);
  expect(checkReadmeLength(document('a\n'.repeat(README_LINES_MAX + 1)))).toHaveLength(1);
});

test.each([
  ['npm ci && npm run demo', 0],
  ['npm run --silent demo', 0],
  ['npm run demos', 1],
  ['npm run check:gone', 1],
])('scripts: %s', (text, count) => {
  expect(checkScripts([document(text)], ['demo'])).toHaveLength(count);
});
