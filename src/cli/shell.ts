/** Command lines that people can copy into a shell. */

/** Quotes a word where it needs it. */
export function quoted(word: string): string {
  return /^[\w./:@=-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
