/**
 * Brings a pinned pack into a folder: from a git repository at one commit, or from an npm registry
 * at one version. Nothing of what is fetched is run.
 */
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { RuntimeError } from '../../kernel/index.ts';
import { runCommand, type CommandHome } from './command.ts';
import { inScratchFolder, moveIntoPlace } from './staging.ts';

/** A pack as a git repository has it. */
export interface GitPack {
  readonly url: string;
  /** 40 hex digits. */
  readonly commit: string;
}

/** A pack as an npm registry has it. */
export interface RegistryPack {
  readonly name: string;
  readonly version: string;
  readonly registry_url?: string | undefined;
}

/** Hooks, filters and helpers of a repository are programs; none of them runs. */
const INERT = ['-c', 'core.hooksPath=/dev/null', '-c', 'core.fsmonitor=false'];
const GIT_ENV = { GIT_TERMINAL_PROMPT: '0', GIT_ALLOW_PROTOCOL: 'https:ssh:git:file:http' };

/**
 * Fetches one commit of a repository.
 * @throws RuntimeError PACK_FETCH_FAILED
 */
export async function fetchGitPack(
  { url, commit }: GitPack,
  target: string,
  home: CommandHome,
): Promise<void> {
  await into(target, async (folder) => {
    const git = (...args: string[]) =>
      runCommand({ program: 'git', args: [...INERT, ...args], folder, env: GIT_ENV }, home);
    await git('init', '--quiet');
    await git('fetch', '--quiet', '--no-tags', '--', url, commit).catch(() =>
      // Servers may refuse to give a commit by its hash; then all branches hold it.
      git('fetch', '--quiet', '--no-tags', '--', url, '+refs/heads/*:refs/remotes/origin/*'),
    );
    await git('checkout', '--quiet', '--detach', commit);
    const head = (await git('rev-parse', 'HEAD')).trim();
    if (head !== commit) {
      const message = `${url}: expected commit ${commit}, received ${head}`;
      throw new RuntimeError('PACK_FETCH_FAILED', message);
    }
    await rm(join(folder, '.git'), { recursive: true });
    return folder;
  });
}

/** The commit that a branch or tag of a repository names, for a new pin. */
export async function resolveGitCommit(
  url: string,
  reference: string,
  home: CommandHome,
): Promise<string> {
  const args = [...INERT, 'ls-remote', '--exit-code', '--', url, reference, `${reference}^{}`];
  const listed = await runCommand({ program: 'git', args, folder: '/', env: GIT_ENV }, home);
  // Of an annotated tag the line of the commit behind it comes last.
  const commit = listed.trim().split('\n').at(-1)?.split('\t')[0];
  if (commit && /^[0-9a-f]{40}$/.test(commit)) return commit;
  throw new RuntimeError('PACK_FETCH_FAILED', `${url}: expected a commit for ${reference}`);
}

/**
 * Installs one version of a package with what it depends on inside it, without running scripts.
 * @throws RuntimeError PACK_FETCH_FAILED
 */
export async function fetchRegistryPack(
  { name, version, registry_url }: RegistryPack,
  target: string,
  home: CommandHome,
): Promise<void> {
  await into(target, async (folder) => {
    const args = [
      ...['install', '--ignore-scripts', '--no-audit', '--no-fund', '--omit=dev'],
      ...['--install-strategy=nested', '--no-package-lock', '--no-bin-links'],
      ...(registry_url === undefined ? [] : [`--registry=${registry_url}`]),
      ...['--prefix', folder, '--', `${name}@${version}`],
    ];
    await runCommand({ program: 'npm', args, folder }, home);
    return join(folder, 'node_modules', name);
  });
}

/** Works in a folder beside the target, and moves what came of it into place. */
async function into(target: string, work: (folder: string) => Promise<string>): Promise<void> {
  await inScratchFolder(dirname(target), async (folder) => {
    await moveIntoPlace(await work(folder), target);
  });
}
