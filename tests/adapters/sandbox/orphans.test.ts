/** What a Troupe that was killed left behind: ended with it, or found at the next start. */
import { spawn } from 'node:child_process';
import { readdir, readFile, rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { startOf } from '../../../adapters/sandbox/process-table.ts';
import { isSandboxed, openHere } from './workshop.ts';

const DAEMON = fileURLToPath(new URL('daemon.ts', import.meta.url));
const works = await isSandboxed();

/** The processes that carry the mark of a process of Troupe. */
async function processesOf(pid: number | undefined): Promise<readonly string[]> {
  const all = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const marked = await Promise.all(
    all.map(async (name) => {
      const text = await readFile(`/proc/${name}/environ`, 'utf8').catch(() => '');
      return text.includes(`TROUPE_SANDBOX=${pid}.`) ? [name] : [];
    }),
  );
  return marked.flat();
}

/** Starts a Troupe with a running tool, kills it, and answers what it left. */
async function killOne(confinement: string) {
  const daemon = spawn(process.execPath, [DAEMON, confinement], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [root = ''] = await firstLine(daemon.stdout);
  expect((await processesOf(daemon.pid)).length).toBeGreaterThan(0);
  const gone = new Promise((resolve) => daemon.once('exit', resolve));
  daemon.kill('SIGKILL');
  await gone;
  await rm(root, { recursive: true });
  return { pid: daemon.pid, left: () => processesOf(daemon.pid) };
}

async function firstLine(stream: NodeJS.ReadableStream): Promise<string[]> {
  for await (const line of createInterface({ input: stream })) return [line];
  return [];
}

const startAgain = async (): Promise<void> => {
  const sandbox = await openHere();
  await sandbox.close();
};

test.skipIf(!works)('in a sandbox nothing outlives the process that started it', async () => {
  const { left } = await killOne('confined');
  await expect.poll(left).toEqual([]);
});

test('without one the next start ends what was left, and nothing else', async () => {
  const { left } = await killOne('unconfined');
  expect(await left()).not.toEqual([]);
  const own = `${process.pid}.${await startOf(process.pid)}.1`;
  const bystander = spawn('sleep', ['60'], { env: { TROUPE_SANDBOX: own } });
  await startAgain();
  expect(await left()).toEqual([]);
  expect(bystander.kill('SIGKILL')).toBe(true);
});
