/** How problems speak: values shown safely, paths, lists of choices, and the nearest name. */
import { distance } from 'fastest-levenshtein';
import { z } from 'zod';
import type { Path } from './problems.ts';

const SHOWN_CHARACTERS_MAX = 60;
const SHOWN_CHOICES_MAX = 12;

/** A text cut to what fits into a message. */
export function clip(text: string, charactersMax = SHOWN_CHARACTERS_MAX): string {
  return text.length <= charactersMax ? text : `${text.slice(0, charactersMax)}…`;
}

/** A path as people write it: `packs[0].id`, `models["gpt-4.1"].provider`. */
export function dotPath(path: Path): string {
  return z.core.toDotPath(path.map((part) => (typeof part === 'string' ? clip(part) : part)));
}

/** A received value for a message: short, and without what may be a credential. */
export function received(value: unknown, path: Path): string {
  switch (typeof value) {
    case 'string':
      return receivedText(value, path);
    case 'number':
    case 'boolean':
      return String(value);
    default:
      if (value === undefined || value === null) return 'nothing';
      return Array.isArray(value) ? 'a list' : 'a mapping';
  }
}

function receivedText(text: string, path: Path): string {
  if (text === '') return 'empty text';
  return mayBeSecret(text, path) ? `text of ${text.length} characters` : quote(text);
}

/** People paste keys where the name of a variable belongs, and passwords into URLs. */
function mayBeSecret(text: string, path: Path): boolean {
  return String(path.at(-1)).endsWith('_env') || text.includes('@');
}

/** A text in quotes, cut to what fits. */
export function quote(text: string): string {
  return JSON.stringify(clip(text));
}

/** The choices that there are, or `none`. */
export function listed(choices: readonly string[]): string {
  const shown = choices.slice(0, SHOWN_CHOICES_MAX).map((choice) => clip(choice));
  const rest = choices.length > shown.length ? ['…'] : [];
  return [...shown, ...rest].join(', ') || 'none';
}

/** Says which choice was probably meant, or else the given advice. */
export function didYouMean(word: string, choices: readonly string[], otherwise: string): string {
  const meant = nearest(word, choices);
  return meant === undefined ? otherwise : `Did you mean ${meant}?`;
}

/** The choice with the fewest differences, where at most every second character differs. */
function nearest(word: string, choices: readonly string[]): string | undefined {
  const ranked = choices
    .map((choice) => ({ choice, edits: distance(word.toLowerCase(), choice.toLowerCase()) }))
    .filter(({ choice, edits }) => edits <= 0.5 * Math.max(word.length, choice.length))
    .sort((one, other) => one.edits - other.edits);
  return ranked[0]?.choice;
}
