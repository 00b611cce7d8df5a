/** The import law: who may import whom, through which door, and which package belongs where. */
import { RESERVED_NAMES, ZONES, type Zone } from '../data/import-law.ts';
import { packageOf, referencesOf, resolveRelative, type ModuleReference } from '../modules.ts';
import { isWithin, type Source, type Violation } from '../violation.ts';

/** Checks every import of every source against the law. */
export function checkImports(sources: readonly Source[]): readonly Violation[] {
  return sources.flatMap((source) => {
    const zone = zoneOf(source.path);
    if (!zone) return [];
    return referencesOf(source).flatMap((reference) =>
      complaints(source.path, zone, reference).map((message) => ({
        path: source.path,
        line: reference.line,
        rule: 'import-law',
        message,
      })),
    );
  });
}

function zoneOf(path: string): Zone | undefined {
  return ZONES.filter(({ folder }) => isWithin(path, [folder])).reduce<Zone | undefined>(
    (longest, zone) => (longest && longest.folder.length > zone.folder.length ? longest : zone),
    undefined,
  );
}

function complaints(path: string, zone: Zone, reference: ModuleReference): readonly string[] {
  const target = resolveRelative(path, reference.specifier);
  return target === undefined
    ? aboutPackage(path, zone, reference)
    : [...aboutExtension(reference), ...aboutFolder(zone, target, reference)];
}

function aboutExtension({ specifier }: ModuleReference): readonly string[] {
  return /\.(ts|js|json)$/.test(specifier)
    ? []
    : [`${specifier} has no extension: write the file name with its .ts`];
}

function aboutFolder(from: Zone, target: string, reference: ModuleReference): readonly string[] {
  if (from.mayImport.includes('*')) return [];
  const to = zoneOf(target);
  if (to === from) return [];
  if (!to) return [`${target} is outside the house: ${from.instead}`];
  if (!from.mayImport.includes(to.folder)) {
    return [`${from.folder} may not import ${to.folder}: ${from.instead}`];
  }
  const needsDoor = (from.house ?? from.folder) !== (to.house ?? to.folder);
  if (needsDoor && !target.endsWith('/index.ts')) {
    return [`${target} is inside ${to.folder}: import from ${to.folder}/index.ts`];
  }
  return aboutNames(from.values?.[to.folder], to.folder, reference, from.instead);
}

function aboutPackage(path: string, zone: Zone, reference: ModuleReference): readonly string[] {
  const name = packageOf(reference.specifier);
  const allowed = [...zone.packages, ...(zone.filePackages?.[path] ?? [])];
  if (!allowed.some((pattern) => fits(pattern, name))) {
    return [`${zone.folder} may not import ${name}: ${zone.instead}`];
  }
  return [
    ...aboutNames(zone.packageNames?.[name], name, reference, zone.instead),
    ...RESERVED_NAMES.filter((row) => row.package === name && !isWithin(path, row.only)).flatMap(
      ({ names, instead }) =>
        reference.bindings
          .filter((binding) => names.some((reserved) => reserved === binding.name))
          .map((binding) => `${binding.name} is reserved: ${instead}`),
    ),
  ];
}

function fits(pattern: string, name: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : pattern === name;
}

function aboutNames(
  allowed: readonly string[] | undefined,
  from: string,
  { bindings }: ModuleReference,
  instead: string,
): readonly string[] {
  if (!allowed) return [];
  return bindings
    .filter(({ name, isType }) => !isType && !allowed.includes(name))
    .map(({ name }) => `${name} may not be taken from ${from}: ${instead}`);
}
