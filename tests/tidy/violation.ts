/** What every rule of the house takes and gives back. Rules are pure: texts in, list out. */

/** One file of the repository; the path is relative to its root, with `/`. */
export interface Source {
  readonly path: string;
  readonly text: string;
}

/** Where the house is broken, and what to do instead. */
export interface Violation {
  readonly path: string;
  /** Counted from 1. */
  readonly line: number;
  readonly rule: string;
  readonly message: string;
}

/** Writes violations as an editor can open them: one `path:line` per line. */
export function toLines(violations: readonly Violation[]): readonly string[] {
  return violations.map(({ path, line, rule, message }) => `${path}:${line} ${rule}: ${message}`);
}

/** Answers whether a path is one of the given files or below one of the given folders. */
export function isWithin(path: string, places: readonly string[]): boolean {
  return places.some((place) => path === place || path.startsWith(`${place}/`));
}
