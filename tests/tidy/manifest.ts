/** package.json as the rules see it. */
import { source } from './sources.ts';

export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly engines: Readonly<Record<string, string>>;
  readonly bin: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, string | { readonly default: string }>>;
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
}

/** A way into the package: the name that a host imports, and the source behind it. */
export interface Door {
  /** As in `troupe/machines`. */
  readonly specifier: string;
  readonly path: string;
}

export const MANIFEST = JSON.parse(source('package.json').text) as Manifest;

/** Lists the doors of a package in the order of its `exports`. */
export function doorsOf(manifest: Manifest): readonly Door[] {
  return Object.entries(manifest.exports).flatMap(([subpath, target]) =>
    typeof target === 'string'
      ? []
      : [{ specifier: manifest.name + subpath.slice(1), path: sourceOf(target.default) }],
  );
}

/** Lists the sources from which everything that is published must be reachable. */
export function entriesOf(manifest: Manifest): readonly string[] {
  const programs = Object.values(manifest.bin).map(sourceOf);
  return [...doorsOf(manifest).map(({ path }) => path), ...programs];
}

/** `./dist/kernel/index.js` is built from `kernel/index.ts`. */
function sourceOf(built: string): string {
  return built.replace(/^(?:\.\/)?dist\//, '').replace(/\.js$/, '.ts');
}
