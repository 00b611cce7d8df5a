/**
 * What of the workspace is put into a sandbox. A grant of `folder/**` mounts the folder; any other
 * pattern mounts the files that match it when the process starts, and makes no new ones.
 */
import { readdir, realpath, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { matchesPath, RuntimeError, type SandboxProfile } from '../../kernel/index.ts';
import type { Mount } from './bubblewrap.ts';
import { LinkInTheWay, lookAt, makeFolder, type Place } from './places.ts';

/** A mount of the workspace, and what was at its path when it was decided on. */
interface Granted {
  /** Relative to the workspace; empty for the workspace itself. */
  readonly path: string;
  readonly access: 'read' | 'write';
  readonly place: Place;
}

export interface Mounts {
  /** The workspace folder, with every link resolved. */
  readonly root: string;
  /** In the order in which they go on top of each other. */
  readonly mounts: readonly Mount[];
  readonly granted: readonly Granted[];
}

/** Files that patterns of one tool may come to, and entries that are looked at to find them. */
const FILES_MAX = 500;
const LOOKED_AT_MAX = 50_000;

/** @throws RuntimeError SCOPE_DENIED where a grant leads over a link, or comes to too many files */
export async function mountsOf(profile: SandboxProfile): Promise<Mounts> {
  const { premises, readable, writable, code } = profile;
  const root = await realpath(premises.root);
  const written = await grantsOf(root, writable, 'write');
  const read = (await grantsOf(root, readable, 'read')).filter(
    ({ path }) => !written.some((other) => isWithin(path, other.path)),
  );
  const covers = await coversOf(profile, root, written);
  const isCovered = (path: string): boolean => covers.some((cover) => isAt(path, cover.path));
  const granted = [...written, ...read].filter(({ path }) => !isCovered(join(root, path)));
  const fixed = await fixedPlaces(root, premises.fixed, written);
  const isWhole = granted.some(({ path }) => path === '');
  const mounts: readonly Mount[] = [
    // What is not granted of the workspace is not there, and nothing can be put in its place.
    ...(isWhole ? [] : [{ path: root, access: 'hidden_folder' } as const]),
    ...granted
      .toSorted((one, other) => one.path.length - other.path.length)
      .map(({ path, access }) => ({ path: join(root, path), access })),
    ...fixed,
    ...covers.filter(({ path }) => granted.some((grant) => isAt(path, join(root, grant.path)))),
    // On top: its own code is there whatever else is, and is not written to.
    ...code.map((path) => ({ path, access: 'read' }) as const),
  ];
  return { root, mounts, granted };
}

/**
 * Answers what is mounted otherwise than was decided: somebody put a link in the way between the
 * two. `view` is the sandbox's own tree as this process can look at it.
 */
export async function swappedMount(
  view: string,
  { root, granted }: Mounts,
): Promise<string | undefined> {
  for (const { path, place } of granted) {
    const found = await stat(join(view, root, path), { bigint: true });
    if (found.dev !== place.device || found.ino !== place.inode) return path || '.';
  }
  return undefined;
}

/** Whether the same files and folders are there at the same paths. */
export function isSameGrant(one: Mounts, other: Mounts): boolean {
  const keysOf = ({ granted }: Mounts): readonly string[] =>
    granted.map(({ path, access, place }) => `${access} ${place.device}:${place.inode} ${path}`);
  return keysOf(one).join('\n') === keysOf(other).join('\n');
}

async function grantsOf(
  root: string,
  patterns: readonly string[],
  access: Granted['access'],
): Promise<readonly Granted[]> {
  const granted: Granted[] = [];
  for (const pattern of patterns) {
    for (const path of await pathsOf(root, pattern, access)) {
      const place = await lookAt(root, path).catch((cause: unknown) => refuse(pattern, cause));
      if (!place || place.kind === 'other') continue;
      // Of a folder that is named without `/**` nothing but its name was granted.
      if (place.kind === 'folder' && !isFolderPattern(pattern)) continue;
      if (!granted.some((other) => other.path === path)) granted.push({ path, access, place });
    }
  }
  if (granted.length > FILES_MAX) {
    const message = `${patterns.join(', ')} come to ${granted.length} files, at most ${FILES_MAX}`;
    throw new RuntimeError('SCOPE_DENIED', `${message}: grant a folder, as in docs/**`);
  }
  return granted;
}

function refuse(pattern: string, cause: unknown): never {
  if (!(cause instanceof LinkInTheWay)) throw cause;
  throw new RuntimeError(
    'SCOPE_DENIED',
    `The grant ${pattern} leads over a link: ${cause.message}`,
  );
}

const isFolderPattern = (pattern: string): boolean =>
  pattern === '**' || (pattern.endsWith('/**') && !/[*?]/.test(pattern.slice(0, -'/**'.length)));

async function pathsOf(
  root: string,
  pattern: string,
  access: Granted['access'],
): Promise<readonly string[]> {
  if (isFolderPattern(pattern)) {
    const path = pattern === '**' ? '' : pattern.slice(0, -'/**'.length);
    if (access === 'write') await makeFolder(root, path).catch((cause) => refuse(pattern, cause));
    return [path];
  }
  if (!/[*?]/.test(pattern)) return [pattern];
  return filesThatMatch(root, pattern);
}

async function filesThatMatch(root: string, pattern: string): Promise<readonly string[]> {
  const segments = pattern.split('/');
  const wild = segments.findIndex((segment) => /[*?]/.test(segment));
  const folder = join(root, ...segments.slice(0, wild));
  const place = await lookAt(root, segments.slice(0, wild).join('/')).catch((cause: unknown) =>
    refuse(pattern, cause),
  );
  if (place?.kind !== 'folder') return [];
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  if (found.length > LOOKED_AT_MAX) {
    const message = `${pattern}: ${found.length} files lie there, at most ${LOOKED_AT_MAX}`;
    throw new RuntimeError(
      'SCOPE_DENIED',
      `${message} are looked at; grant a folder, as in docs/**`,
    );
  }
  return found
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((path) => matchesPath(pattern, path));
}

/** What no tool writes stays as it is inside a folder that the tool may write. */
async function fixedPlaces(
  root: string,
  fixed: readonly string[],
  written: readonly Granted[],
): Promise<readonly Mount[]> {
  const inside = fixed.filter((path) => written.some((other) => isWithin(path, other.path)));
  const there = await Promise.all(inside.map((path) => kindAt(join(root, path))));
  return there.flatMap((found) => (found ? { path: found.path, access: 'read' } : []));
}

/** What no tool sees: what is Troupe's own, and what the workspace covers. */
async function coversOf(
  { premises, overlays }: SandboxProfile,
  root: string,
  written: readonly Granted[],
): Promise<readonly Mount[]> {
  for (const path of premises.hidden) {
    // What is not there yet must not be made by a tool.
    if (written.some((other) => isWithin(path, other.path))) await makeFolder(root, path);
  }
  const own = premises.hidden.map((path) => join(root, path));
  const there = await Promise.all([...own, ...overlays].map(kindAt));
  return there.flatMap((found) =>
    found ? { path: found.path, access: `hidden_${found.kind}` as const } : [],
  );
}

async function kindAt(
  path: string,
): Promise<{ readonly path: string; readonly kind: 'file' | 'folder' } | undefined> {
  try {
    const real = await realpath(path);
    return { path: real, kind: (await stat(real)).isDirectory() ? 'folder' : 'file' };
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Whether a path of the workspace is a folder of it, or lies in it. */
function isWithin(path: string, folder: string): boolean {
  return folder === '' || path === folder || path.startsWith(`${folder}/`);
}

function isAt(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}
