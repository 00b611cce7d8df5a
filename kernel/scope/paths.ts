/**
 * Path patterns: their one form, what they match, and their exact intersection. A pattern is made
 * of literal text, `*` and `?` within a segment, and `**` as a whole segment; `**` covers dotfiles.
 */
import picomatch from 'picomatch';
import { intersectSequences, type Alphabet } from './intersect.ts';

const PATTERN_LENGTH_MAX = 1024;

/** Patterns that one intersection may come to; what would be more is not granted. */
const PATTERNS_MAX = 256;

/** Braces, classes, groups, negation, alternation, escapes, quotes, NUL; a root or a drive. */
const REFUSED = /[{}[\]()!|\\"\0]|^\/|^[a-z]:/i;

/**
 * Brings a pattern into its one form: segments below the workspace folder, `/` between them.
 * Answers undefined for all else, for absolute patterns and for such that climb with `..`.
 */
function normalizePathPattern(pattern: string): string | undefined {
  if (pattern.length > PATTERN_LENGTH_MAX || REFUSED.test(pattern)) return undefined;
  const segments = pattern.split('/').filter((segment) => segment !== '' && segment !== '.');
  if (segments.length === 0 || segments.some(isUnsafeSegment)) return undefined;
  // A second `**` in a row matches nothing more.
  return segments.filter((one, at) => one !== '**' || segments[at - 1] !== '**').join('/');
}

/**
 * The patterns that together match exactly what some pattern of `a` and some of `b` both match.
 * A pattern that is refused matches nothing.
 */
export function intersectPaths(a: readonly string[], b: readonly string[]): readonly string[] {
  const met = a.flatMap((one) => b.flatMap((other) => intersectPatterns(one, other)));
  return withoutCovered([...new Set(met)]);
}

/**
 * Whether every path that `required` matches is matched by `granted` too. It may fail to see that
 * it is so, and never sees it where it is not. A pattern that is refused covers nothing.
 */
export function coversPath(granted: string, required: string): boolean {
  const need = normalizePathPattern(required);
  if (need === undefined) return false;
  return intersectPatterns(granted, need).includes(need);
}

/** Whether a path, relative to the workspace and without `.` or `..`, is matched by a pattern. */
export function matchesPath(pattern: string, path: string): boolean {
  const normal = normalizePathPattern(pattern);
  if (normal === undefined) return false;
  if (normal === '**') return true;
  const folder = normal.endsWith('/**') ? normal.slice(0, -'/**'.length) : undefined;
  // Most grants are of this form, and are answered without compiling the pattern.
  if (folder !== undefined && literalStart(folder) === folder) {
    return path === folder || path.startsWith(`${folder}/`);
  }
  // A folder is within its own `/**`; the library says so only where the folder has no wildcard.
  const either = folder === undefined ? normal : [normal, folder];
  return picomatch(either, { dot: true, windows: false })(path);
}

/** The leading segments without a wildcard: the folder that everything matched lies below. */
function literalStart(pattern: string): string {
  const segments = pattern.split('/');
  const wild = segments.findIndex((segment) => /[*?]/.test(segment));
  return (wild === -1 ? segments : segments.slice(0, wild)).join('/');
}

function intersectPatterns(a: string, b: string): readonly string[] {
  const one = normalizePathPattern(a);
  const other = normalizePathPattern(b);
  if (one === undefined || other === undefined) return [];
  if (one === other || other === '**') return [one];
  if (one === '**') return [other];
  const met = intersectSequences(SEGMENTS, one.split('/'), other.split('/'), PATTERNS_MAX) ?? [];
  // What matches the workspace folder itself names nothing in it.
  const patterns = met.map((segments) => segments.join('/')).filter((text) => text !== '');
  return withoutCovered([...new Set(patterns.flatMap((text) => normalizePathPattern(text) ?? []))]);
}

const SEGMENTS: Alphabet<string> = {
  isStar: (segment) => segment === '**',
  meet: (a, b) => {
    if (a === b || b === '*') return [a];
    if (a === '*') return [b];
    const met = intersectSequences(CHARACTERS, [...a], [...b], PATTERNS_MAX) ?? [];
    return [...new Set(met.map((characters) => characters.join('')))];
  },
};

const CHARACTERS: Alphabet<string> = {
  isStar: (character) => character === '*',
  meet: (a, b) => {
    if (a === b || b === '?') return [a];
    return a === '?' ? [b] : [];
  },
};

/** Leaves out those that another one says already, where that is plain to see. */
function withoutCovered(patterns: readonly string[]): readonly string[] {
  return patterns.filter(
    (pattern) => !patterns.some((other) => other !== pattern && isPlainlyWithin(pattern, other)),
  );
}

function isPlainlyWithin(pattern: string, other: string): boolean {
  if (other === '**') return true;
  const folder = literalStart(other);
  return other === `${folder}/**` && (pattern === folder || pattern.startsWith(`${folder}/`));
}

function isUnsafeSegment(segment: string): boolean {
  return segment === '..' || (segment.includes('**') && segment !== '**');
}
