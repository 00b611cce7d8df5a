/** The sandbox of this machine: one process for each call, confined by bubblewrap. Linux. */
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Performance, SandboxedCall, ToolSandbox } from '../../kernel/index.ts';
import { claimedArtifacts, inspectArtifacts } from './artifacts.ts';
import { callWorker, failed, type Sleep } from './call.ts';
import type { LaunchSite, OpenNetwork } from './begin.ts';
import { findControlGroups } from './control-groups.ts';
import { launch } from './launch.ts';
import { endOrphans, markOf } from './marks.ts';
import { openSocketFolder } from './sockets.ts';
import { probe, type Confinement } from './probe.ts';
import { Spares } from './spares.ts';

export interface SandboxOptions {
  readonly sleep: Sleep;
  /** Where programs are looked for. */
  readonly path?: string | undefined;
  /** Another bubblewrap than that of the system. */
  readonly program?: string;
  /** Another Node for the tools than the one that runs this. */
  readonly node?: string;
  /** The network of tools that may reach what an allowlist names. */
  readonly openNetwork: OpenNetwork;
}

/** The sandbox, and what came of trying it out. */
export interface ProbedSandbox extends ToolSandbox {
  readonly confinement: Confinement;
}

const HERE = dirname(fileURLToPath(import.meta.url));
/** Beside this file, in the form that this file has: source or built. */
const WORKER = {
  folder: join(HERE, 'worker'),
  program: join(HERE, 'worker', `main${extname(fileURLToPath(import.meta.url))}`),
};

/**
 * Tries out what this machine offers, ends what a Troupe that was killed left behind, and answers
 * the sandbox. Where none works it fails each call, with the remedy.
 */
export async function openSandbox(options: SandboxOptions): Promise<ProbedSandbox> {
  const { sleep, path = '/usr/local/bin:/usr/bin:/bin' } = options;
  await endOrphans();
  const confinement = await probe(path, options.program);
  const own = await markOf(process.pid);
  const sockets = await openSocketFolder(own);
  let marks = 0;
  const site: LaunchSite = {
    node: options.node ?? process.execPath,
    worker: WORKER,
    confinement,
    makeControlGroup: await findControlGroups(own, sleep),
    isRoot: process.getuid?.() === 0,
    nextMark: () => `${own}.${(marks += 1)}`,
    nextSocket: sockets.next,
    openNetwork: options.openNetwork,
  };
  const spares = new Spares((profile, signal) => launch(profile, site, signal));
  /** Calls that run, and processes that are on their way out. */
  const open = new Set<Promise<unknown>>();
  const track = <Value>(work: Promise<Value>): Promise<Value> => {
    open.add(work);
    void work.finally(() => open.delete(work)).catch(() => {});
    return work;
  };

  const run = async (call: SandboxedCall): Promise<Performance> => {
    try {
      const { worker, start } = await spares.take(call.profile, call.run.signal);
      const { answer, ended } = await callWorker(worker, call, sleep);
      void track(ended.then(() => spares.keep(call.profile)));
      const claimed = claimedArtifacts(answer);
      // Looked at when nothing of the tool can change them any more.
      if (claimed.length > 0) await ended;
      const artifacts = await inspectArtifacts(claimed, call.profile);
      return { answer, facts: { ...worker.facts, start }, artifacts };
    } catch (error) {
      return { answer: failed(error) };
    }
  };
  return {
    confinement,
    run: (call) => track(run(call)),
    close: async () => {
      while (open.size > 0) await Promise.all(open);
      await spares.close();
      await sockets.remove();
    },
  };
}
