/**
 * The place that a path argument names, by its letters alone: relative to the workspace, without
 * `.` or `..`. What could be read in two ways is refused. Links are followed elsewhere.
 */

/** Control characters, and those that are not seen or turn the direction of writing. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

export type PlacedPath =
  | { readonly kind: 'placed'; /** `''` is the workspace itself. */ readonly path: string }
  | { readonly kind: 'refused'; readonly why: string };

/** Places a path below the root; an absolute one has to lie there by its letters. */
export function placePath(argument: string, root: string): PlacedPath {
  const why = problemOf(argument);
  if (why !== undefined) return { kind: 'refused', why };
  const relative = relativeTo(argument, root);
  if (relative === undefined) return { kind: 'refused', why: 'lies outside the workspace' };
  const segments = relative.split('/').filter((segment) => segment !== '' && segment !== '.');
  if (segments.includes('..')) return { kind: 'refused', why: 'climbs with ..' };
  // Some file systems drop these, and would open another file than the one that was checked.
  if (segments.some((segment) => /[. ]$/.test(segment))) {
    return { kind: 'refused', why: 'has a name that ends in a dot or a space' };
  }
  return { kind: 'placed', path: segments.join('/') };
}

function problemOf(argument: string): string | undefined {
  if (UNSEEN.test(argument)) return 'has characters that cannot be seen';
  if (!argument.isWellFormed()) return 'is not well-formed Unicode';
  if (argument !== argument.normalize('NFC')) return 'is not in Unicode form NFC';
  if (argument.includes('\\')) return 'has a backslash';
  if (argument.startsWith('~')) return 'starts with ~';
  return undefined;
}

function relativeTo(argument: string, root: string): string | undefined {
  if (!argument.startsWith('/')) return argument;
  const base = root.endsWith('/') ? root : `${root}/`;
  return `${argument}/`.startsWith(base) ? argument.slice(base.length) : undefined;
}

/** Two names that some file system takes for one have one fold. */
function foldPath(path: string): string {
  return path.normalize('NFKC').toLowerCase().normalize('NFC');
}

/** Whether `path` is `folder` or lies below it, for the file system that is least exact. */
export function isWithin(folder: string, path: string): boolean {
  const within = foldPath(path);
  const outer = foldPath(folder);
  return outer === '' || within === outer || within.startsWith(`${outer}/`);
}
