/** Tells people apart by their names: one person who is spelt in two ways is still one. */

/**
 * What of a name tells people apart: not its case, its width, its blanks, nor what is not seen.
 * Empty for a name that names nobody. Letters of other alphabets that look alike stay different:
 * where that matters, a rule names its approvers.
 */
export function personOf(name: string): string {
  return name
    .normalize('NFKC')
    .replaceAll(UNSEEN, '')
    .toUpperCase()
    .toLowerCase()
    .normalize('NFKC')
    .replaceAll(BLANKS, ' ')
    .trim();
}

const UNSEEN = /[\p{Default_Ignorable_Code_Point}\p{Format}]/gu;
const BLANKS = /[\s\p{Control}]+/gu;
