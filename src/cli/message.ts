/** The message that a command line says: its words, or standard input for `-`. */
import type { Io } from './io.ts';

/** Reads the message, undefined where it says nothing; a piped one loses its last line break. */
export async function readMessage(words: readonly string[], io: Io): Promise<string | undefined> {
  const isPiped = words.length === 1 && words[0] === '-';
  return unlessBlank(isPiped ? (await io.readInput()).trimEnd() : words.join(' '));
}

/** A text that holds more than blanks, or undefined. */
export const unlessBlank = (text: string): string | undefined =>
  text.trim() === '' ? undefined : text;
