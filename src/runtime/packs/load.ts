/**
 * Loads pinned packs: their files as they were pinned, their manifests, and from those only what
 * they declare. Nothing of a pack runs while it is loaded.
 */
import { join } from 'node:path';
import { z } from 'zod';
import { isThere, packIntegrity, readFileIfThere } from '../../../adapters/index.ts';
import {
  loadManifest,
  schemaOf,
  workspaceConfig,
  type Environment,
  type PackManifest,
  type PackPin,
  type PackSections,
} from '../../../config/index.ts';
import { compileRule, messageOf, RuntimeError, type PolicyLayer } from '../../../kernel/index.ts';
import { parseJson } from '../codec.ts';
import { BUILT_IN_PACKS, packFolder } from './place.ts';

export interface LoadedPack {
  readonly pin: PackPin;
  readonly manifest: PackManifest;
  readonly folder: string;
  /** `sha256:` and the hash of the files as they are. */
  readonly integrity: string;
  readonly layer: PolicyLayer;
  /** Schema of its section in workspace.yaml, where it has one. */
  readonly section?: { readonly key: string; readonly schema: z.ZodType };
}

/**
 * Loads the packs of a workspace, in the order of their pins.
 * @throws RuntimeError PACK_NOT_INSTALLED, PACK_INVALID, CONFIG_INVALID (a manifest)
 */
export async function loadPacks(
  workspace: string,
  pins: readonly PackPin[],
  environment: Environment,
): Promise<readonly LoadedPack[]> {
  const packs: LoadedPack[] = [];
  for (const pin of pins) {
    if (BUILT_IN_PACKS.has(pin.id)) continue;
    packs.push(await loadPack(packFolder(workspace, pin), pin, environment));
  }
  return packs;
}

/** The sections that packs add to workspace.yaml. @throws RuntimeError PACK_INVALID */
export function sectionsOf(packs: readonly LoadedPack[]): PackSections {
  const sections: Record<string, z.ZodType> = {};
  for (const { section, pin } of packs) {
    if (!section) continue;
    if (section.key in workspaceConfig.shape || Object.hasOwn(sections, section.key)) {
      throw invalid(pin, `expected a config_key of its own, received ${section.key}`);
    }
    sections[section.key] = section.schema;
  }
  return sections;
}

/**
 * Loads one pack from a folder, as its pin says it has to be.
 * @throws RuntimeError PACK_NOT_INSTALLED, PACK_INVALID (with the integrity that was found in its
 * details where the files were altered), CONFIG_NOT_FOUND, CONFIG_INVALID (its manifest)
 */
export async function loadPack(
  folder: string,
  pin: PackPin,
  environment: Environment,
): Promise<LoadedPack> {
  if (!(await isThere(folder))) {
    const message = `Pack ${pin.id}@${pin.version} (${pin.source}): expected it at ${folder}`;
    throw new RuntimeError('PACK_NOT_INSTALLED', message);
  }
  const integrity = await checkedIntegrity(folder, pin, environment);
  const manifest = await loadManifest(folder);
  if (manifest.id !== pin.id || manifest.version !== pin.version) {
    throw invalid(pin, `its manifest is of ${manifest.id}@${manifest.version}`);
  }
  const section = await sectionOf(folder, pin, manifest);
  const { policies } = manifest;
  return {
    ...{ pin, manifest, folder, integrity },
    layer: { level: 'pack', rules: policies.map((rule) => compileRule(rule, { pack: pin.id })) },
    ...(section && { section }),
  };
}

async function checkedIntegrity(
  folder: string,
  pin: PackPin,
  environment: Environment,
): Promise<string> {
  if (pin.integrity === 'dev' && environment['NODE_ENV'] === 'production') {
    throw invalid(pin, 'integrity dev is refused in production: pin its sha256');
  }
  const integrity = await packIntegrity(folder);
  if (pin.integrity !== 'dev' && pin.integrity !== integrity) {
    const why = `expected ${pin.integrity}, found ${integrity}: its files were altered`;
    throw invalid(pin, why, { integrity });
  }
  return integrity;
}

async function sectionOf(
  folder: string,
  pin: PackPin,
  { config_key: key, config_schema: file }: PackManifest,
): Promise<LoadedPack['section']> {
  if (key === undefined) return undefined;
  if (file === undefined) return { key, schema: z.record(z.string(), z.unknown()) };
  const text = await readFileIfThere(join(folder, file));
  if (text === undefined) throw invalid(pin, `expected its config_schema at ${file}`);
  const described = parseJson(text, `${pin.id}/${file}`);
  try {
    return { key, schema: schemaOf(described as Record<string, unknown>) };
  } catch (cause) {
    throw invalid(pin, `its config_schema cannot be read: ${messageOf(cause)}`);
  }
}

function invalid(
  { id, version }: PackPin,
  why: string,
  details: Record<string, unknown> = {},
): RuntimeError {
  return new RuntimeError('PACK_INVALID', `Pack ${id}@${version}: ${why}`, { details });
}
