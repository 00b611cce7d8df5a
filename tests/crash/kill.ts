/** Kills a worker at seeded lines of what it prints, again and again, until its session ends. */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { seededRandom } from 'troupe/testing';

const WORKER = fileURLToPath(new URL('worker.ts', import.meta.url));
/** A worker is killed at the latest after so many lines. */
const LINES_MAX = 12;

export interface CampaignResult {
  readonly kills: number;
  /** How often a call was in doubt and an operator was asked. */
  readonly in_doubt: number;
  /** The last line of the session that came to its end. */
  readonly last: string;
  /** What the tools did, in order. */
  readonly effects: readonly string[];
  /** Whether a session that was acknowledged was missing in a later life. */
  readonly lost: boolean;
}

/** Runs one session to its end under kills; the seed decides when each life ends. */
export async function runUnderKills(seed: number, turns: number): Promise<CampaignResult> {
  const folder = await mkdtemp(join(tmpdir(), 'troupe-crash-'));
  const random = seededRandom(seed);
  let kills = 0;
  let in_doubt = 0;
  let acknowledged = 0;
  try {
    for (;;) {
      const lines = await live(
        [WORKER, folder, String(turns)],
        1 + Math.floor(random() * LINES_MAX),
      );
      in_doubt += lines.filter((line) => line === 'in doubt').length;
      acknowledged += lines.filter((line) => line === 'acknowledged').length;
      const last = lines.at(-1) ?? '';
      if (!last.startsWith('over ')) {
        kills += 1;
        continue;
      }
      const text = await readFile(join(folder, 'effects.txt'), 'utf8');
      const effects = text.trimEnd().split('\n');
      return { kills, in_doubt, last, effects, lost: acknowledged > 1 };
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** One life of a worker: its lines until its end, or until it is killed behind the n-th. */
export async function live(worker: readonly string[], lines_max: number): Promise<string[]> {
  const child = spawn(process.execPath, worker, { stdio: ['ignore', 'pipe', 'inherit'] });
  const gone = new Promise<number | null>((resolve) => child.once('close', resolve));
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line);
    if (lines.length >= lines_max && !line.startsWith('over ')) child.kill('SIGKILL');
  }
  const code = await gone;
  if (code) throw new Error(`the worker ended by itself with code ${code}`);
  return lines;
}

/** How often each effect happened, by tool and key. */
export function countEffects(
  effects: readonly string[],
  tool: string,
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const line of effects) {
    const [name, key = ''] = line.split(' ');
    if (name === tool) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}
