/**
 * The variable that every process of a tool carries, and hands to those that it starts: which
 * process of Troupe answers for it. By it what a killed one left behind is found.
 */
import { messageOf, RuntimeError } from '../../kernel/index.ts';
import { processesWith, startOf } from './process-table.ts';

export const MARK = 'TROUPE_SANDBOX';

/** Rounds in which processes may start others faster than they are ended. */
const ROUNDS_MAX = 50;

/** How the marks of a process of Troupe begin: its number, and when it started. */
export async function markOf(pid: number): Promise<string> {
  return `${pid}.${(await startOf(pid)) ?? 'unknown'}`;
}

/** Whether the process that a mark names is still there. */
export async function isAnswered(mark: string): Promise<boolean> {
  const [pid, start] = mark.split('.');
  return (await startOf(Number(pid))) === start;
}

/** Ends every process with that mark. @throws RuntimeError SUBPROCESS_TRANSPORT_FAILED */
export async function endMarked(mark: string): Promise<number> {
  return endAll(async () => {
    const marked = await processesWith(MARK);
    return marked.flatMap(({ pid, value }) => (value === mark ? pid : []));
  });
}

/**
 * Ends the processes whose Troupe is no more, and answers how many they were. Those of another one
 * that still runs are left alone. @throws RuntimeError SUBPROCESS_TRANSPORT_FAILED
 */
export async function endOrphans(): Promise<number> {
  return endAll(async () => {
    const marked = await processesWith(MARK);
    const orphaned = await Promise.all(marked.map(async ({ value }) => !(await isAnswered(value))));
    return marked.flatMap(({ pid }, index) => (orphaned[index] ? pid : []));
  });
}

async function endAll(find: () => Promise<readonly number[]>): Promise<number> {
  const ended = new Set<number>();
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const found = await find();
    if (found.length === 0) return ended.size;
    for (const pid of found) {
      ended.add(pid);
      signal(pid, 'SIGKILL');
    }
  }
  const message = `Processes of a tool start others faster than they end: ${[...ended].join(', ')}`;
  throw new RuntimeError('SUBPROCESS_TRANSPORT_FAILED', message);
}

/** Sends a signal to a process, or with a negative number to a group; gone is as good. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ESRCH') return;
    const message = `Process ${pid} cannot be ended: ${messageOf(error)}`;
    throw new RuntimeError('SUBPROCESS_TRANSPORT_FAILED', message, { cause: error });
  }
}
