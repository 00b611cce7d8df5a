/** What the system says of processes: who descends from whom, what they use, what they are. */
import { readdir, readFile } from 'node:fs/promises';

/** Memory of one process in bytes that it shares with no file. */
const PRIVATE_MEMORY = /^(?:RssAnon|RssShmem):\s+(\d+) kB$/gm;

/** The processes that a process started, and those that they did, as far as they still are. */
export async function descendantsOf(pid: number): Promise<readonly number[]> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
  const lists = await Promise.all(
    threads.map((thread) => textOf(`/proc/${pid}/task/${thread}/children`)),
  );
  const children = lists.join(' ').split(/\s+/).filter(Boolean).map(Number);
  const below = await Promise.all(children.map(descendantsOf));
  return [...children, ...below.flat()];
}

/** Bytes of memory that a process has for itself; 0 of one that is no more. */
export async function memoryOf(pid: number): Promise<number> {
  const status = await textOf(`/proc/${pid}/status`);
  const kibibytes = [...status.matchAll(PRIVATE_MEMORY)].map(([, amount]) => Number(amount));
  return kibibytes.reduce((sum, amount) => sum + amount, 0) * 1024;
}

/**
 * When a process started, in ticks of the system: with its number it names one process, also after
 * the number was given to another. Undefined where it is no more.
 */
export async function startOf(pid: number): Promise<string | undefined> {
  const text = await textOf(`/proc/${pid}/stat`);
  // The name before the last parenthesis may hold anything; the start is the 22nd field.
  return text === '' ? undefined : text.slice(text.lastIndexOf(')') + 2).split(' ')[19];
}

/** Every process that was started with a variable of that name, and the value that it had. */
export async function processesWith(
  variable: string,
): Promise<readonly { readonly pid: number; readonly value: string }[]> {
  const names = await readdir('/proc').catch(() => []);
  const found = await Promise.all(
    names.filter((name) => /^\d+$/.test(name)).map((name) => valueIn(Number(name), variable)),
  );
  return found.flatMap((one) => one ?? []);
}

async function valueIn(pid: number, variable: string) {
  const variables = (await textOf(`/proc/${pid}/environ`)).split('\0');
  const line = variables.find((one) => one.startsWith(`${variable}=`));
  return line === undefined ? undefined : { pid, value: line.slice(variable.length + 1) };
}

/** Empty for what is not there any more, and for what we may not look at. */
async function textOf(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}
