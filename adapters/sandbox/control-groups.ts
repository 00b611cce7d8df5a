/**
 * A bound on processes that the system itself holds, where this process may set one: a control
 * group for each worker. Without it the bound is the user's own, which the system does not hold
 * for root, and our looking, which a quick fork bomb outruns for a moment.
 */
import { mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Sleep } from './call.ts';
import { isAnswered } from './marks.ts';

const MOUNTED_AT = '/sys/fs/cgroup';
const PREFIX = 'troupe-';
const TRIES_MAX = 50;
const TRY_AFTER_MS = 10;

/** Joins the group that is named first, and becomes the command behind it. */
const ENTER = ['/bin/sh', '-c', 'echo 0 > "$0/cgroup.procs" && exec "$@"'];

export interface ControlGroup {
  /** What a command has in front to run in the group. */
  readonly enter: readonly string[];
  /** Removes it, when all that ran in it is gone. */
  readonly remove: () => Promise<void>;
}

/** Makes groups with at most so many processes and threads. */
export type MakeControlGroup = (mark: string, most: number) => Promise<ControlGroup>;

/** Answers how groups are made here, or nothing where they cannot be. */
export async function findControlGroups(
  mark: string,
  sleep: Sleep,
): Promise<MakeControlGroup | undefined> {
  const parent = await ownGroup();
  if (parent === undefined) return undefined;
  const make: MakeControlGroup = async (name, most) => {
    const folder = join(parent, PREFIX + name);
    await mkdir(folder);
    const remove = (): Promise<void> => removeFolder(folder, sleep);
    try {
      await writeFile(join(folder, 'pids.max'), String(most));
      return { enter: [...ENTER, folder], remove };
    } catch (error) {
      await remove();
      throw error;
    }
  };
  try {
    await removeAbandoned(parent);
    const trial = await make(`${mark}.trial`, 1);
    await trial.remove();
    return make;
  } catch {
    return undefined;
  }
}

/** The group that this process is in: in the hierarchy for processes, or in the one for all. */
async function ownGroup(): Promise<string | undefined> {
  const text = await readFile('/proc/self/cgroup', 'utf8').catch(() => '');
  const pathOf = (line: RegExp): string | undefined => line.exec(text)?.[1];
  const divided = pathOf(/^\d+:pids:(.*)$/m);
  if (divided !== undefined) return join(MOUNTED_AT, 'pids', divided);
  const unified = pathOf(/^0::(.*)$/m);
  return unified === undefined ? undefined : join(MOUNTED_AT, unified);
}

/** What ran in it may be gone and not yet forgotten; what stays is removed at the next start. */
async function removeFolder(folder: string, sleep: Sleep): Promise<void> {
  for (let tries = 1; tries <= TRIES_MAX; tries += 1) {
    const isGone = await rmdir(folder).then(
      () => true,
      () => false,
    );
    if (isGone) return;
    await sleep(TRY_AFTER_MS);
  }
}

/** Groups of processes that are gone, which nobody else will remove. */
async function removeAbandoned(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    if (!name.startsWith(PREFIX) || (await isAnswered(name.slice(PREFIX.length)))) continue;
    await rmdir(join(parent, name)).catch(() => {});
  }
}
