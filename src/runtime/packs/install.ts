/** Puts pinned packs in place that are missing, each only where it is what its pin says. */
import { dirname, join } from 'node:path';
import { inScratchFolder, moveIntoPlace } from '../../../adapters/index.ts';
import type { Environment, PackPin } from '../../../config/index.ts';
import { loadPack } from './load.ts';
import { fetchPinned } from './source.ts';
import { packStatus, troubleOf, type PackStatus } from './status.ts';

export interface InstalledPack extends PackStatus {
  /** Whether it was fetched now. */
  readonly is_new: boolean;
}

/**
 * Fetches what is missing, and leaves what is there as it is. A pack that cannot be fetched, or is
 * not what was pinned, is not put in place; the others are.
 */
export async function installPacks(
  workspace: string,
  pins: readonly PackPin[],
  environment: Environment,
): Promise<readonly InstalledPack[]> {
  const packs: InstalledPack[] = [];
  for (const pin of pins) {
    const status = await packStatus(workspace, pin, environment);
    const isToFetch = status.state === 'missing' && pin.source !== 'local';
    packs.push(
      isToFetch ? await install(workspace, status, environment) : { ...status, is_new: false },
    );
  }
  return packs;
}

async function install(
  workspace: string,
  { pin, folder }: PackStatus,
  environment: Environment,
): Promise<InstalledPack> {
  try {
    await inScratchFolder(dirname(folder), async (scratch) => {
      const fetched = join(scratch, 'pack');
      await fetchPinned(pin, fetched, environment);
      await loadPack(fetched, pin, environment);
      await moveIntoPlace(fetched, folder);
    });
    return { ...(await packStatus(workspace, pin, environment)), is_new: true };
  } catch (error) {
    return { pin, folder, ...troubleOf(error), is_new: false };
  }
}
