/** Words whose letters come from scripts that look alike: `pаypal` with a Cyrillic а, say. */
import { codesOf, printableLine } from './printable.ts';

/** Scripts with letters that are drawn as Latin ones are. */
const LOOK_ALIKES = ['Latin', 'Cyrillic', 'Greek', 'Armenian', 'Cherokee', 'Coptic', 'Lisu'];

const SCRIPTS = LOOK_ALIKES.map((name) => ({
  name,
  letter: new RegExp(String.raw`\p{Script=${name}}`, 'u'),
}));

const WORD = /[\p{L}\p{M}\p{N}]+/gu;
const NOT_ASCII = /\P{ASCII}+/gu;

/** Says of each word that mixes scripts which ones, and shows the codes of its foreign letters. */
export function lookAlikesIn(text: string): readonly string[] {
  const words = new Set(text.match(WORD) ?? []);
  return [...words].flatMap((word) => {
    const scripts = SCRIPTS.filter(({ letter }) => letter.test(word)).map(({ name }) => name);
    if (scripts.length < 2) return [];
    const spelled = printableLine(word).replace(NOT_ASCII, codesOf);
    return [`${spelled} mixes ${scripts.join(' and ')} letters`];
  });
}
