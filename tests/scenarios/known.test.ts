/**
 * Scenarios in which something is known to go wrong. Each names what the checkers object to today:
 * whoever mends it takes the objection out here, and its row out of tests/sim/known.ts.
 */
import { expect, test } from 'vitest';
import { z } from 'zod';
import { createRuntime, defineTool } from 'troupe';
import type { ToolCapability } from 'troupe/kernel';
import { manualClock, memoryStore, scriptedModel } from 'troupe/testing';
import { ALLOW, hangs } from './desk.ts';
import type { ScenarioDesk } from './scenario-desk.ts';
import { scenario } from './scenario.ts';

const DONE = { complete: 'Done.' };
const CALL = { tool: 'notes:deaf', input: { text: 'a' } };
const LIMITS = { max_wall_ms_per_session: 1_000 };

/** A tool that does not heed its signal, and has its answer after one and a half seconds. */
const deaf = ({ clock }: ScenarioDesk): ToolCapability =>
  defineTool({
    name: 'notes:deaf',
    description: 'Writes a note, slowly.',
    input: z.strictObject({ text: z.string() }),
    run: ({ text }) =>
      new Promise((resolve) => {
        clock.alarm.set(clock.now() + 1_500, () => resolve({ written: text }));
      }),
  });

/** Brings the session to where a limit stopped its call, whose answer then came after all. */
async function stoppedByLimit(desk: ScenarioDesk): Promise<void> {
  await desk.open([CALL, DONE], { tools: [deaf(desk)] });
  await desk.start({ limits: LIMITS });
  await expect.poll(() => desk.effects.length).toBe(1);
  desk.clock.advance(1_000);
  await expect.poll(() => desk.kinds()).toContain('session_escalated');
  desk.clock.advance(500);
  await expect.poll(() => desk.kinds()).toContain('finished notes:deaf');
}

scenario(
  'the time that a limit cut off does not count, so that the session goes on',
  async (desk) => {
    await stoppedByLimit(desk);
    await (await desk.session()).answer({ action: 'continue' });
    expect((await desk.settled()).state).toBe('complete');
  },
  ['limits: entry 7 goes over max_wall_ms_per_session: 1501 of 1000'],
);

scenario(
  'a call that succeeded behind a limit runs again on a retry',
  async (desk) => {
    await stoppedByLimit(desk);
    await (await desk.session()).answer({ action: 'retry' });
    await expect.poll(() => desk.effects.length).toBe(2);
    desk.clock.advance(1_500);
    expect((await desk.settled()).state).toBe('escalate');
  },
  [
    'ends: s/tool/0#2 was tried again after it had succeeded',
    'chain: s: unjustified: entry 7 tries s/tool/0 again after it succeeded',
  ],
);

scenario(
  'a canceled call that the process does not outlive stays open',
  async (desk) => {
    await desk.open([{ ...CALL, tool: 'notes:hang' }], { tools: [hangs([], 'manual')] });
    await desk.start();
    await expect.poll(() => desk.effects.length).toBe(1);
    await (await desk.session()).cancel({ by: 'ana' });
    await desk.crash();
    await desk.open([]);
    expect(await desk.settled()).toMatchObject({ completion: 'canceled' });
  },
  ['ends: s/tool/0#1 has no end, and nobody will give it one'],
);

test('an instant that comes before its wakeup is on disk is kept in this life', async () => {
  const clock = manualClock();
  const system = { clock, alarm: clock.alarm };
  const model = scriptedModel([{ reply: 'Which?' }, DONE]);
  const options = { store: memoryStore(), policy: [ALLOW], model, system };
  const runtime = await createRuntime(options);
  const session = await runtime.sessions.start({ session_id: 's', message: 'go' });
  await session.settled();
  await session.schedule(new Date(clock.now()).toISOString());
  clock.advance(60_000);
  await expect.poll(async () => (await session.summary()).state).toBe('complete');
  await runtime.close();
});
