/** Every published file is reachable from a door or a program; what only tests reach is dead. */
import { referencesOf, resolveRelative } from '../modules.ts';
import type { Source, Violation } from '../violation.ts';

/** Checks that each source is reachable from the entries through imports, and that those exist. */
export function checkDeadFiles(
  sources: readonly Source[],
  entries: readonly string[],
): readonly Violation[] {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const reached = new Set<string>();
  const reach = (path: string): void => {
    const source = byPath.get(path);
    if (!source || reached.has(path)) return;
    reached.add(path);
    for (const { specifier } of referencesOf(source)) reach(resolveRelative(path, specifier) ?? '');
  };
  entries.forEach(reach);
  return [
    ...entries.filter((path) => !byPath.has(path)).map(missingEntry),
    ...sources.filter(({ path }) => !reached.has(path)).map(deadFile),
  ];
}

function missingEntry(path: string): Violation {
  const message = `package.json leads to ${path}, which is not there: write it`;
  return { path: 'package.json', line: 1, rule: 'missing-entry', message };
}

function deadFile({ path }: Source): Violation {
  const message = 'no door or program reaches this file: delete it, or move it below tests/';
  return { path, line: 1, rule: 'dead-file', message };
}
