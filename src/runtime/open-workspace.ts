/** Reads a workspace with everything that it names: its configuration, its packs, its tools. */
import { loadWorkspace, type Environment, type LoadedWorkspace } from '../../config/index.ts';
import type { PolicyLayer, ToolCapability } from '../../kernel/index.ts';
import { loadPacks, sectionsOf, type LoadedPack } from './packs/load.ts';
import { packTools } from './packs/tools.ts';
import { loadToolModules } from './tool-modules.ts';

export interface OpenedWorkspace extends LoadedWorkspace {
  readonly packs: readonly LoadedPack[];
  /** Those of its packs, then those of its own modules. */
  readonly tools: readonly ToolCapability[];
  /** The policy layers of its packs. */
  readonly layers: readonly PolicyLayer[];
}

/**
 * Opens the workspace of a folder, or of the file that is named.
 * @throws RuntimeError CONFIG_NOT_FOUND, CONFIG_INVALID, CONFIGURATION_ERROR, PACK_*
 */
export async function openWorkspace(
  folderOrFile: string,
  environment: Environment,
): Promise<OpenedWorkspace> {
  let packs: readonly LoadedPack[] = [];
  const loaded = await loadWorkspace(folderOrFile, async (folder, pins) => {
    packs = await loadPacks(folder, pins, environment);
    return sectionsOf(packs);
  });
  const modules = await loadToolModules(loaded.folder, loaded.config.troupe.tools);
  return {
    ...loaded,
    packs,
    tools: [...packs.flatMap((pack) => packTools(pack, loaded.pack_config)), ...modules],
    layers: packs.map(({ layer }) => layer),
  };
}
