/** Where a pack is taken from, as people write it, and how it is brought into a folder. */
import { resolve } from 'node:path';
import {
  copyPack,
  fetchGitPack,
  fetchRegistryPack,
  resolveGitCommit,
  type CommandHome,
} from '../../../adapters/index.ts';
import type { PackPin } from '../../../config/index.ts';
import { RuntimeError } from '../../../kernel/index.ts';

/** The part of a pin that says where its files are from. */
export type PinnedSource =
  | { readonly source: 'local' }
  | { readonly source: 'git'; readonly url: string; readonly commit: string }
  | {
      readonly source: 'registry';
      readonly package: string;
      readonly registry_url?: string | undefined;
    };

export type PackSource =
  | { readonly kind: 'local'; readonly folder: string }
  | { readonly kind: 'git'; readonly url: string; readonly reference: string }
  | { readonly kind: 'registry'; readonly name: string; readonly version: string };

const FORMS = 'expected a folder, a git URL#commit, or npm:package@version';

/**
 * Reads `folder`, `url#commit` (or a tag or branch) and `npm:package@version`. Paths are relative
 * to the folder that is given.
 * @throws RuntimeError USAGE
 */
export function parsePackSource(given: string, folder: string): PackSource {
  const refuse = (why: string): never => {
    throw new RuntimeError('USAGE', `${given}: ${why}`);
  };
  if (given.startsWith('npm:')) {
    const [, name, version] = /^npm:((?:@[^/@]+\/)?[^/@]+)@([^@]+)$/.exec(given) ?? [];
    return name && version ? { kind: 'registry', name, version } : refuse(FORMS);
  }
  const at = given.lastIndexOf('#');
  if (at >= 0) {
    const [url, reference] = [given.slice(0, at), given.slice(at + 1)];
    if (url === '' || reference === '') return refuse(FORMS);
    return { kind: 'git', url: isAddress(url) ? url : resolve(folder, url), reference };
  }
  if (isAddress(given)) return refuse('name a commit, a tag or a branch behind #');
  return { kind: 'local', folder: resolve(folder, given) };
}

/** `https://…`, or `user@host:path` as ssh has it. */
function isAddress(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(text) || /^[^/@]+@[^/:]+:/.test(text);
}

/**
 * Brings the files of a source into a folder that is not there yet; answers what a pin says of it.
 * @throws RuntimeError PACK_FETCH_FAILED
 */
export async function fetchSource(
  source: PackSource,
  target: string,
  {
    home,
    registry_url,
  }: { readonly home: CommandHome; readonly registry_url?: string | undefined },
): Promise<PinnedSource> {
  switch (source.kind) {
    case 'local':
      await copyPack(source.folder, target);
      return { source: 'local' };
    case 'git': {
      const { url, reference } = source;
      const isCommit = /^[0-9a-f]{40}$/.test(reference);
      const commit = isCommit ? reference : await resolveGitCommit(url, reference, home);
      await fetchGitPack({ url, commit }, target, home);
      return { source: 'git', url, commit };
    }
    case 'registry': {
      const { name, version } = source;
      await fetchRegistryPack({ name, version, registry_url }, target, home);
      return { source: 'registry', package: name, ...(registry_url && { registry_url }) };
    }
  }
}

/**
 * Brings the files that a pin names into a folder that is not there yet.
 * @throws RuntimeError PACK_FETCH_FAILED; PACK_NOT_INSTALLED for a pack that has no other place.
 */
export async function fetchPinned(pin: PackPin, target: string, home: CommandHome): Promise<void> {
  const { id, version, source, url = '', commit = '', registry_url } = pin;
  switch (source) {
    case 'git':
      return fetchGitPack({ url, commit }, target, home);
    case 'registry':
      return fetchRegistryPack({ name: pin.package ?? id, version, registry_url }, target, home);
    case 'local': {
      const message = `Pack ${id}@${version} is local: put its folder where it belongs`;
      throw new RuntimeError('PACK_NOT_INSTALLED', message);
    }
  }
}
