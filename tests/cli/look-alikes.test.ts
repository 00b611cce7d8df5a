/** Words that look like others, because they mix scripts. */
import { expect, test } from 'vitest';
import { lookAlikesIn } from '../../src/cli/look-alikes.ts';

// prettier-ignore
test.each<[text: string, told: readonly string[]]>([
  ['paypal.com',                       []],
  ['Äpfel, мир, 日本語, αβγ',           []],
  ['p\u0430ypal.com',                  ['p\\u0430ypal mixes Latin and Cyrillic letters']],
  ['\u03a9mega and \u03a9mega',        ['\\u03a9mega mixes Latin and Greek letters']],
  ['\u0430\u03bfo',                    ['\\u0430\\u03bfo mixes Latin and Cyrillic and Greek letters']],
])('%s', (text, told) => {
  expect(lookAlikesIn(text)).toEqual(told);
});
