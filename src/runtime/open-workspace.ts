/** Reads a workspace with everything that it names: its configuration, its packs, its tools. */
import { loadWorkspace, type Environment, type LoadedWorkspace } from '../../config/index.ts';
import type { PolicyLayer, ToolCapability } from '../../kernel/index.ts';
import { loadPacks, sectionsOf, type LoadedPack } from './packs/load.ts';
import { packTools } from './packs/tools.ts';
import { loadToolModules } from './tool-modules.ts';

export interface ReadWorkspace extends LoadedWorkspace {
  readonly packs: readonly LoadedPack[];
}

export interface OpenedWorkspace extends ReadWorkspace {
  /** Those of its packs, then those of its own modules. */
  readonly tools: readonly ToolCapability[];
  /** The policy layers of its packs. */
  readonly layers: readonly PolicyLayer[];
}

/**
 * Reads the workspace of a folder, or of the file that is named, with its packs. Nothing runs.
 * @throws RuntimeError CONFIG_NOT_FOUND, CONFIG_INVALID, PACK_*
 */
export async function readWorkspace(
  folderOrFile: string,
  environment: Environment,
): Promise<ReadWorkspace> {
  let packs: readonly LoadedPack[] = [];
  const loaded = await loadWorkspace(folderOrFile, async (folder, pins) => {
    packs = await loadPacks(folder, pins, environment);
    return sectionsOf(packs);
  });
  return { ...loaded, packs };
}

/**
 * The same, with its tools: the modules that it names are loaded, and run with our rights.
 * @throws RuntimeError CONFIG_NOT_FOUND, CONFIG_INVALID, CONFIGURATION_ERROR, PACK_*
 */
export async function openWorkspace(
  folderOrFile: string,
  environment: Environment,
): Promise<OpenedWorkspace> {
  const read = await readWorkspace(folderOrFile, environment);
  const { packs, pack_config, folder, config } = read;
  const modules = await loadToolModules(folder, config.troupe.tools);
  return {
    ...read,
    tools: [...packs.flatMap((pack) => packTools(pack, pack_config)), ...modules],
    layers: packs.map(({ layer }) => layer),
  };
}
