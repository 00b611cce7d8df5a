/** Adds a pack to a workspace: fetched, looked at, agreed to, put in place, and then pinned. */
import { join } from 'node:path';
import {
  inScratchFolder,
  isSamePlace,
  isThere,
  moveIntoPlace,
  packIntegrity,
  replaceFile,
} from '../../../adapters/index.ts';
import {
  loadManifest,
  loadPins,
  withPin,
  type Environment,
  type PackPin,
} from '../../../config/index.ts';
import { RuntimeError } from '../../../kernel/index.ts';
import { loadPack } from './load.ts';
import { BUILT_IN_PACKS, packFolder } from './place.ts';
import { fetchSource, type PackSource, type PinnedSource } from './source.ts';
import { contentsOf, type PackContents } from './status.ts';

export interface AddOptions {
  /** Folder of the workspace, or its workspace.yaml. */
  readonly workspace: string;
  readonly source: PackSource;
  readonly registry_url?: string | undefined;
  /** Pins `dev`: whatever is there is trusted, outside production. */
  readonly isDev?: boolean;
  readonly environment: Environment;
  /** Whether the pack may be pinned; nothing of it has run. */
  readonly agree: (candidate: PackCandidate) => Promise<boolean>;
}

/** A pack that could be pinned, and what it may touch. */
export interface PackCandidate {
  readonly pin: PackPin;
  readonly brings: PackContents;
  /** The pin of that id that there is now. */
  readonly replaces?: PackPin;
}

export interface AddedPack extends PackCandidate {
  readonly folder: string;
  /** The workspace.yaml that pins it now. */
  readonly file: string;
}

/**
 * Pins a pack with the hash of its files; answers undefined where it was not agreed to.
 * @throws RuntimeError PACK_FETCH_FAILED, PACK_INVALID, CONFIG_*, CONFIGURATION_ERROR, USAGE
 */
export async function addPack(options: AddOptions): Promise<AddedPack | undefined> {
  const { workspace, source, environment, registry_url } = options;
  const { folder } = await loadPins(workspace);
  if (source.kind === 'local' && (await isInPlace(folder, source.folder))) {
    return pinPack(options, { folder: source.folder, from: { source: 'local' }, isInPlace: true });
  }
  const parent = source.kind === 'local' ? 'packs' : join('.troupe', 'packs');
  return inScratchFolder(join(folder, parent), async (scratch) => {
    const fetched = join(scratch, 'pack');
    const from = await fetchSource(source, fetched, { home: environment, registry_url });
    return pinPack(options, { folder: fetched, from, isInPlace: false });
  });
}

/** Packs of the workspace itself lie in its folder `packs`, and stay there. */
function isInPlace(workspace: string, folder: string): Promise<boolean> {
  return isSamePlace(join(folder, '..'), join(workspace, 'packs'));
}

interface Fetched {
  readonly folder: string;
  readonly from: PinnedSource;
  /** Lies in the workspace already, and is not moved. */
  readonly isInPlace: boolean;
}

async function pinPack(options: AddOptions, fetched: Fetched): Promise<AddedPack | undefined> {
  const { workspace, environment, agree } = options;
  const candidate = await candidateOf(options, fetched);
  const { pin } = candidate;
  if (!(await agree(candidate))) return undefined;
  // Somebody may have worked on the file while it was agreed to.
  const { file, text, folder: root } = await loadPins(workspace);
  const written = withPin(text, pin);
  const folder = packFolder(root, pin);
  await place(fetched, folder, pin);
  await loadPack(folder, pin, environment);
  await replaceFile(file, written);
  return { ...candidate, folder, file };
}

/** Its files are hashed before anything of them is read: links are refused by then. */
async function candidateOf(
  { workspace, source, isDev, environment }: AddOptions,
  { folder, from }: Fetched,
): Promise<PackCandidate> {
  const integrity = await packIntegrity(folder);
  const { id, version } = await loadManifest(folder);
  if (BUILT_IN_PACKS.has(id)) throw new RuntimeError('PACK_INVALID', `${id} is built in`);
  if (source.kind === 'registry' && source.version !== version) {
    const message = `${source.name}@${source.version}: its manifest is of version ${version}`;
    throw new RuntimeError('PACK_INVALID', message);
  }
  const pin: PackPin = { id, version, integrity: isDev === true ? 'dev' : integrity, ...from };
  const { manifest } = await loadPack(folder, pin, environment);
  const { pins } = await loadPins(workspace);
  const replaces = pins.find((other) => other.id === id);
  return { pin, brings: contentsOf(manifest), ...(replaces && { replaces }) };
}

async function place(fetched: Fetched, target: string, { id, source }: PackPin): Promise<void> {
  const { folder, isInPlace } = fetched;
  if (isInPlace) {
    if (await isSamePlace(folder, target)) return;
    throw new RuntimeError('USAGE', `${folder}: the pack ${id} has to lie at ${target}`);
  }
  if (source === 'local' && (await isThere(target))) {
    const message = `${target} is there already: remove it, or add it where it is`;
    throw new RuntimeError('USAGE', message);
  }
  await moveIntoPlace(folder, target);
}
