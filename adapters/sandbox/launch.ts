/** Starts the process of a tool, makes sure that it has what was granted, and loads its module. */
import type { SandboxFacts, SandboxProfile } from '../../kernel/index.ts';
import { begin, type Begun, type LaunchSite } from './begin.ts';
import type { Received } from './channel.ts';
import { limitReached, notStarted, protocolBroken, swapped, unloadable } from './faults.ts';
import { isSameGrant, mountsOf, swappedMount, type Mounts } from './mounts.ts';
import type { WorkerProcess } from './worker-process.ts';

/** A process that has loaded its tool and waits for its one call. */
export interface LoadedWorker {
  readonly process: WorkerProcess;
  readonly facts: Omit<SandboxFacts, 'start'>;
  /** Whether a process that started now would be given the very same files. */
  readonly isCurrent: () => Promise<boolean>;
  /** Ends it, all that it started, and what was made for it. */
  readonly end: () => Promise<void>;
}

/**
 * Answers when the module is loaded; an abort ends what was begun.
 * @throws RuntimeError SCOPE_DENIED, SUBPROCESS_*, ADAPTER_LOAD_FAILED
 */
export async function launch(
  profile: SandboxProfile,
  site: LaunchSite,
  signal?: AbortSignal,
): Promise<LoadedWorker> {
  signal?.throwIfAborted();
  const begun = await begin(profile, site);
  const { process, facts, mounts, end } = begun;
  const onAbort = (): void => void end();
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    signal?.throwIfAborted();
    await load(profile, begun);
    const isCurrent = async (): Promise<boolean> =>
      !mounts || isSameGrant(mounts, await mountsOf(profile));
    return { process, facts, isCurrent, end };
  } catch (error) {
    await end();
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
}

/** Nothing of the tool runs before what is mounted was compared with what was decided. */
async function load(profile: SandboxProfile, { process, mounts }: Begun): Promise<void> {
  const started = await nextMessage(profile, process);
  if (started.type !== 'started') throw protocolBroken(profile, started.type);
  await checkMounts(process, mounts);
  process.send({ type: 'load', module: profile.module, export: profile.export });
  const loaded = await nextMessage(profile, process);
  if (loaded.type === 'unloadable') throw unloadable(profile, loaded.message);
  if (loaded.type !== 'ready') throw protocolBroken(profile, loaded.type);
}

function nextMessage(profile: SandboxProfile, process: WorkerProcess): Promise<Received> {
  return new Promise((resolve, reject) => {
    process.listen(resolve, (bytes) => {
      if (bytes > profile.limits.output_bytes) reject(limitReached(profile, 'output_bytes'));
    });
    void process.ended.then((ending) => reject(notStarted(profile, ending, process.printed)));
  });
}

async function checkMounts(process: WorkerProcess, mounts: Mounts | undefined): Promise<void> {
  if (!mounts) return;
  const view = await process.view();
  const path = view === undefined ? '.' : await swappedMount(view, mounts);
  if (path !== undefined) throw swapped(path);
}
