/** Reads the repository for the rules: its root files and its house folders, each file once. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Source } from './violation.ts';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** What is published. */
export const SHIPPED_FOLDERS = ['src', 'machines', 'adapters', 'kernel', 'config'] as const;

/** Every top-level folder, in the order in which ARCHITECTURE.md may name them. */
export const HOUSE_FOLDERS = [...SHIPPED_FOLDERS, 'fixtures', 'tests'] as const;

const GENERATED = new Set(['package-lock.json']);

const entries = readdirSync(ROOT, { withFileTypes: true });
const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);

function filesOf(folder: string): readonly string[] {
  return readdirSync(`${ROOT}${folder}`, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`.slice(ROOT.length).replaceAll('\\', '/'));
}

/** The path of every file that belongs to the repository. */
export const PATHS: readonly string[] = [
  ...entries.filter((entry) => entry.isFile()).map(({ name }) => name),
  ...[...HOUSE_FOLDERS, '.ci'].filter((folder) => folders.includes(folder)).flatMap(filesOf),
].filter((path) => !GENERATED.has(path));

/** Top-level folders that are there, those of tools (`.git`, `node_modules`, `dist`) left out. */
export const TOP_LEVEL_FOLDERS: readonly string[] = folders.filter(
  (name) => !name.startsWith('.') && !['node_modules', 'dist', 'coverage'].includes(name),
);

const read = new Map<string, Source>();

/** Reads one file of the repository; the same object each time, so that parses are shared. */
export function source(path: string): Source {
  const known = read.get(path) ?? { path, text: readFileSync(`${ROOT}${path}`, 'utf8') };
  read.set(path, known);
  return known;
}

/** Reads the files whose path fits. */
export function sources(matches: (path: string) => boolean): readonly Source[] {
  return PATHS.filter(matches).map(source);
}

/** Every TypeScript file of the house folders. */
export const CODE: readonly Source[] = sources(
  (path) => path.endsWith('.ts') && path.includes('/'),
);
