/** Real kills of a process that drives a workflow: each call happens once, or is in doubt. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { seededRandom } from 'troupe/testing';
import { live } from '../crash/kill.ts';

const WORKER = fileURLToPath(new URL('workflow-worker.ts', import.meta.url));
const LINES = 2;
const LINES_MAX = 10;
const OVER = { kind: 'completed', completed_node_ids: ['a', 'b', 'join'] };
const expected = ['a', 'b', 'join'].flatMap((id) =>
  Array.from({ length: LINES }, (_, index) => `${id} ${index}`),
);

interface Outlived {
  readonly kills: number;
  /** What every life printed, in order. */
  readonly told: readonly string[];
  readonly effects: readonly string[];
}

/** Runs one workflow to its end under kills; the seed decides when each life ends. */
async function runUnderKills(seed: number, kernel: string): Promise<Outlived> {
  const folder = await mkdtemp(join(tmpdir(), 'troupe-workflow-kill-'));
  const random = seededRandom(seed);
  const told: string[] = [];
  try {
    for (let kills = 0; ; kills += 1) {
      const lines_max = 1 + Math.floor(random() * LINES_MAX);
      told.push(...(await live([WORKER, folder, kernel, String(LINES)], lines_max)));
      if (!told.at(-1)?.startsWith('over ')) continue;
      const text = await readFile(join(folder, 'effects.txt'), 'utf8');
      return { kills, told, effects: text.trimEnd().split('\n') };
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

test.each([
  ['host', 1],
  ['host', 5],
  ['own', 11],
  ['own', 13],
])('under the kernel of the %s, seed %i: a workflow outlives its kills', async (kernel, seed) => {
  const { kills, told, effects } = await runUnderKills(seed, kernel);
  expect(kills).toBeGreaterThan(0);
  expect(told.at(-1)).toBe(`over ${JSON.stringify(OVER)} true`);
  expect([...new Set(effects)]).toEqual(effects);
  const missing = expected.filter((line) => !effects.includes(line));
  const doubts = told.filter((line) => line.startsWith('EFFECT_IN_DOUBT '));
  const nodesOf = (lines: readonly string[], place: number): (string | undefined)[] =>
    lines.map((line) => line.split(' ')[place]);
  for (const id of nodesOf(missing, 0)) expect(nodesOf(doubts, 1)).toContain(id);
  expect(missing.length).toBeLessThanOrEqual(doubts.length);
  // What had begun to run was on disk: no later life finds that there is no such workflow.
  const begun = told.findIndex((line) => line.startsWith('turn '));
  expect(told.slice(begun)).not.toContain('started');
});
