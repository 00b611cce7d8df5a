/**
 * Workers that were started before they are needed. Each serves one call and is ended: what one
 * call leaves behind, the next never meets, and a call need not wait for a process to start.
 */
import { contentHash, type SandboxProfile } from '../../kernel/index.ts';
import type { LoadedWorker } from './launch.ts';

/** Of how many profiles a spare is kept; the one that was used longest ago is let go. */
const PROFILES_MAX = 4;

type Launch = (profile: SandboxProfile, signal?: AbortSignal) => Promise<LoadedWorker>;

/** A worker, and whether it was there already. */
export interface Taken {
  readonly worker: LoadedWorker;
  readonly start: 'cold' | 'warm';
}

export class Spares {
  readonly #launch: Launch;
  /** By the hash of their profile, the one used last at the end. */
  readonly #spares = new Map<string, Promise<LoadedWorker | undefined>>();
  #isClosed = false;

  constructor(launch: Launch) {
    this.#launch = launch;
  }

  /** @throws RuntimeError as `launch` does */
  async take(profile: SandboxProfile, signal: AbortSignal): Promise<Taken> {
    const key = keyOf(profile);
    const spare = this.#spares.get(key);
    this.#spares.delete(key);
    const ready = await usable(await spare);
    return ready
      ? { worker: ready, start: 'warm' }
      : { worker: await this.#launch(profile, signal), start: 'cold' };
  }

  /** Ends all that stand by, and starts no more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const all = [...this.#spares.values()];
    this.#spares.clear();
    await Promise.all(all.map(end));
  }

  /** Starts the worker of the next call with that profile; not while a call waits for its own. */
  keep(profile: SandboxProfile): void {
    const key = keyOf(profile);
    if (this.#isClosed || this.#spares.has(key)) return;
    // Whoever needs it next is told why it cannot be started.
    const spare = this.#launch(profile).then(
      (worker) => {
        worker.process.hold(false);
        return worker;
      },
      () => undefined,
    );
    this.#spares.set(key, spare);
    const [oldest] = this.#spares;
    if (this.#spares.size <= PROFILES_MAX || !oldest) return;
    this.#spares.delete(oldest[0]);
    void end(oldest[1]);
  }
}

const keyOf = (profile: SandboxProfile): string =>
  contentHash({ ...profile, export: profile.export ?? null });

/** One that ended meanwhile, or whose files were replaced, serves nobody. */
async function usable(spare: LoadedWorker | undefined): Promise<LoadedWorker | undefined> {
  if (!spare) return undefined;
  spare.process.hold(true);
  if (!spare.process.hasEnded && (await spare.isCurrent().catch(() => false))) return spare;
  await spare.end();
  return undefined;
}

async function end(spare: Promise<LoadedWorker | undefined>): Promise<void> {
  await (await spare)?.end();
}
