/**
 * Text of models and tools, made fit for a terminal: a character that moves the cursor, changes
 * colours, turns the direction of writing or shows nothing stands there as its code.
 */

/**
 * On one line nothing hides: control, format, unassigned and private characters, lone surrogates,
 * line breaks of all kinds, letters that are never drawn, and blanks that are not a space.
 */
const UNSAFE = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|[^\P{Zs} ]/gu;

/** In prose line breaks, tabs, odd spaces and the selector behind many an emoji may stand. */
const UNSAFE_IN_PROSE =
  /[^\P{C}\n\t]|[\p{Zl}\p{Zp}\u2800]|[^\P{Default_Ignorable_Code_Point}\uFE0F]/gu;

/** Makes text of several lines printable; its line breaks and tabs stay. */
export function printable(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(UNSAFE_IN_PROSE, codesOf);
}

/** Makes text printable on one line: line breaks and tabs show their codes, too. */
export function printableLine(text: string): string {
  return text.replace(UNSAFE, codesOf);
}

/** Writes the codes of a text as JSON does, so that printable JSON is the same JSON. */
export function codesOf(text: string): string {
  return Array.from({ length: text.length }, (_, index) => {
    const unit = text.charCodeAt(index).toString(16).padStart(4, '0');
    return `\\u${unit}`;
  }).join('');
}

/** Shortens text that is only shown, and says by how much. */
export function clip(text: string, length_max: number): string {
  if (text.length <= length_max) return text;
  return `${text.slice(0, length_max).toWellFormed()}… (${text.length - length_max} more)`;
}
