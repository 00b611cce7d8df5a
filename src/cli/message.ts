/** The message that a command line says: its words, or standard input for `-`. */
import type { Io } from './io.ts';

/** Reads the message; a piped one loses its last line break. */
export async function readMessage(words: readonly string[], io: Io): Promise<string> {
  const isPiped = words.length === 1 && words[0] === '-';
  return isPiped ? (await io.readInput()).trimEnd() : words.join(' ');
}
