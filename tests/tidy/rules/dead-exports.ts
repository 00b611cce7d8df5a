/** What is exported is used: by another published file, by a door, or at home and in a test. */
import ts from 'typescript';
import { referencesOf, resolveRelative } from '../modules.ts';
import { exportsOf, nodesOf } from '../syntax.ts';
import { isWithin, type Source, type Violation } from '../violation.ts';

/**
 * Checks the exports of each published file that is not an index; `users` includes the tests.
 * A type that its own file uses is alive: it names a part of a signature.
 */
export function checkDeadExports(
  published: readonly Source[],
  users: readonly Source[],
): readonly Violation[] {
  const uses = collectUses(users);
  return published
    .filter(({ path }) => !path.endsWith('/index.ts'))
    .flatMap((source) =>
      exportsOf(source).flatMap(({ name, line, isType }) => {
        const places = uses.get(`${source.path} ${name}`) ?? uses.get(`${source.path} *`) ?? [];
        if (places.some((path) => !isWithin(path, ['tests']))) return [];
        const isUsedAtHome = countIdentifiers(source, name) > 1;
        if (isUsedAtHome && (isType || places.length > 0)) return [];
        const message = `${name} has no user: delete it, or stop exporting it`;
        return [{ path: source.path, line, rule: 'dead-export', message }];
      }),
    );
}

/** Maps `<path> <name>` to the files that import that name from there. */
function collectUses(users: readonly Source[]): ReadonlyMap<string, readonly string[]> {
  const uses = new Map<string, string[]>();
  for (const { path, specifier, name } of users.flatMap(importedNames)) {
    const key = `${resolveRelative(path, specifier)} ${name}`;
    uses.set(key, [...(uses.get(key) ?? []), path]);
  }
  return uses;
}

function importedNames(source: Source) {
  return referencesOf(source).flatMap(({ specifier, bindings }) =>
    bindings.map(({ name }) => ({ path: source.path, specifier, name })),
  );
}

function countIdentifiers(source: Source, name: string): number {
  return nodesOf(source).filter((node) => ts.isIdentifier(node) && node.text === name).length;
}
