/**
 * Says whether one path pattern covers another. It may fail to see that it does, and never sees
 * it where it does not: what it cannot prove is not granted.
 */
import picomatch from 'picomatch';

const PATTERN_LENGTH_MAX = 1024;

/** Braces, classes, groups, negation, alternation, escapes, quotes, NUL; a root or a drive. */
const REFUSED = /[{}[\]()!|\\"\0]|^\/|^[a-z]:/i;

/**
 * Brings a pattern into its one form: segments below the workspace folder, `/` between them.
 * A pattern is made of literal text, `*` and `?` within a segment, and `**` as a whole segment.
 * Answers undefined for all else, and for absolute patterns and such that climb with `..`.
 */
function normalizePathPattern(pattern: string): string | undefined {
  if (pattern.length > PATTERN_LENGTH_MAX || REFUSED.test(pattern)) return undefined;
  const segments = pattern.split('/').filter((segment) => segment !== '' && segment !== '.');
  if (segments.length === 0 || segments.some(isUnsafeSegment)) return undefined;
  return segments.join('/');
}

/**
 * Whether every path that `required` matches is matched by `granted` too. Both may be raw;
 * a pattern that is refused neither covers nor is covered. `**` covers dotfiles.
 */
export function coversPath(granted: string, required: string): boolean {
  const grant = normalizePathPattern(granted);
  const need = normalizePathPattern(required);
  if (grant === undefined || need === undefined) return false;
  if (grant === need || grant === '**') return true;
  const fixed = literalStart(need);
  if (fixed === need) return matches(grant, need);
  // A grant that ends in `**` and matches a folder matches everything below that folder.
  return grant.endsWith('/**') && matches(grant, fixed);
}

function isUnsafeSegment(segment: string): boolean {
  return segment === '..' || (segment.includes('**') && segment !== '**');
}

/** The leading segments without a wildcard: the folder that everything matched lies below. */
function literalStart(pattern: string): string {
  const segments = pattern.split('/');
  const wild = segments.findIndex((segment) => /[*?]/.test(segment));
  return (wild === -1 ? segments : segments.slice(0, wild)).join('/');
}

function matches(pattern: string, path: string): boolean {
  const folder = literalStart(pattern);
  // Most grants are of this form, and are answered without compiling the pattern.
  if (pattern === `${folder}/**`) return path === folder || path.startsWith(`${folder}/`);
  return picomatch(pattern, { dot: true, windows: false })(path);
}
