/**
 * Text of models and tools, made fit for a terminal: a character that moves the cursor, changes
 * colours, turns the direction of writing or shows nothing stands there as its code.
 */

/** Control, format, unassigned and private characters, lone surrogates, and odd line breaks. */
const UNSAFE = /[\p{C}\p{Zl}\p{Zp}]/gu;
const UNSAFE_BUT_LAYOUT = /[^\P{C}\n\t]|[\p{Zl}\p{Zp}]/gu;

/** Makes text of several lines printable; its line breaks and tabs stay. */
export function printable(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(UNSAFE_BUT_LAYOUT, codeOf);
}

/** Makes text printable on one line: line breaks and tabs show their codes, too. */
export function printableLine(text: string): string {
  return text.replace(UNSAFE, codeOf);
}

/** As JSON writes it, so that printable JSON is the same JSON. */
function codeOf(character: string): string {
  return Array.from({ length: character.length }, (_, index) => {
    const unit = character.charCodeAt(index).toString(16).padStart(4, '0');
    return `\\u${unit}`;
  }).join('');
}

/** Shortens text that is only shown, and says by how much. */
export function clip(text: string, length_max: number): string {
  if (text.length <= length_max) return text;
  return `${text.slice(0, length_max).toWellFormed()}… (${text.length - length_max} more)`;
}
