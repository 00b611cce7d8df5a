/** package.json pins what it uses, uses what it pins, and brings the Node that it asks for. */
import type { Manifest } from '../manifest.ts';
import { packageOf, referencesOf } from '../modules.ts';
import type { Source, Violation } from '../violation.ts';

/** Checks versions, Node and the packages that the published sources import. */
export function checkManifest(
  manifest: Manifest,
  published: readonly Source[],
): readonly Violation[] {
  return [...inexact(manifest), ...wrongNode(manifest), ...packages(manifest, published)];
}

function inexact({ dependencies, devDependencies }: Manifest): readonly Violation[] {
  return Object.entries({ ...dependencies, ...devDependencies })
    .filter(([, version]) => !/^(?:npm:[^@]+@)?\d+\.\d+\.\d+$/.test(version))
    .map(([name, version]) => complain(`${name} ${version}: pin one exact version`));
}

function wrongNode({ engines, devDependencies }: Manifest): readonly Violation[] {
  const oldest = ordinal(/^>=(\d+)\.(\d+)/, engines['node']);
  const brought = ordinal(/^(\d+)\.(\d+)/, devDependencies['node']);
  if (oldest === undefined) {
    return [complain('engines.node names the oldest Node that works, as >=22.19')];
  }
  if (brought === undefined) {
    return [complain('devDependencies.node brings the Node that the scripts run on')];
  }
  if (brought >= oldest) return [];
  return [complain(`devDependencies.node is older than engines.node: ${engines['node']}`)];
}

/** The major and minor version as one number that orders as they do. */
function ordinal(pattern: RegExp, version = ''): number | undefined {
  const [, major, minor] = pattern.exec(version) ?? [];
  return major === undefined ? undefined : Number(major) * 10_000 + Number(minor);
}

function packages(manifest: Manifest, published: readonly Source[]): readonly Violation[] {
  const imported = new Set(
    published
      .flatMap(referencesOf)
      .map(({ specifier }) => packageOf(specifier))
      .filter((name) => !/^[.]|^node:/.test(name)),
  );
  const declared = { ...manifest.dependencies, ...manifest.peerDependencies };
  return [
    ...[...imported]
      .filter((name) => !(name in declared))
      .map((name) => complain(`${name} is imported by published code: declare it`)),
    ...Object.keys(manifest.dependencies)
      .filter((name) => !imported.has(name))
      .map((name) => complain(`no published file imports ${name}: remove it`)),
  ];
}

function complain(message: string): Violation {
  return { path: 'package.json', line: 1, rule: 'manifest', message };
}
