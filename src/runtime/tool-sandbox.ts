/** The sandbox of a runtime: opened where a tool needs it, under the rules of its workspace. */
import { join, resolve } from 'node:path';
import { openFilteredNetwork, openSandbox, sleep, systemResolve } from '../../adapters/index.ts';
import type { SandboxHouse, SandboxRules } from '../../kernel/index.ts';
import type { ResolvedOptions } from './options.ts';
import { premisesOf } from './premises.ts';

/** Kept from every tool process, whatever a workspace says: where credentials usually are. */
const ALWAYS_COVERED = ['.env', '~/.ssh', '~/.aws', '~/.gnupg'];

/** Opens the sandbox where a tool is to run in it; ends what a runtime that was killed left. */
export async function openToolSandbox(options: ResolvedOptions): Promise<SandboxHouse | undefined> {
  const { tools, environment } = options;
  if (!tools.some(({ handler }) => handler.kind === 'subprocess')) return undefined;
  const sandbox = await openSandbox({
    sleep,
    path: environment['PATH'],
    openNetwork: (socket, reach) => openFilteredNetwork(socket, reach, systemResolve),
  });
  return { sandbox, rules: rulesOf(options), environment };
}

function rulesOf(options: ResolvedOptions): SandboxRules {
  const { config, environment, folder = resolve() } = options;
  const { network_default, deny_overlays } = config.security;
  const home = environment['HOME'];
  const placed = (path: string): readonly string[] => {
    if (!path.startsWith('~/')) return [resolve(folder, path)];
    return home === undefined ? [] : [join(home, path.slice('~/'.length))];
  };
  return {
    premises: premisesOf(options),
    overlays: [...ALWAYS_COVERED, ...deny_overlays].flatMap(placed),
    network_default,
    unconfined: config.troupe.sandbox.unconfined_tools,
  };
}
