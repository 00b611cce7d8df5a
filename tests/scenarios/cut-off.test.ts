/** What is cut off in the middle: by a limit, by a cancel, by an instant that is early. */
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

scenario('the time that a limit cut off counts, whatever the answer is', async (desk) => {
  await stoppedByLimit(desk);
  await (await desk.session()).answer({ action: 'continue' });
  expect(await desk.settled()).toMatchObject({
    state: 'escalate',
    escalation: { reason: 'limit_reached' },
  });
});

scenario('a call that succeeded behind a limit is not run again on a retry', async (desk) => {
  await stoppedByLimit(desk);
  await (await desk.session()).answer({ action: 'retry' });
  expect((await desk.settled()).state).toBe('escalate');
  expect(desk.effects).toHaveLength(1);
});

scenario('a retry waits for the end of a call that a limit stopped', async (desk) => {
  await desk.open([CALL, DONE], { tools: [deaf(desk)] });
  await desk.start({ limits: LIMITS });
  await expect.poll(() => desk.effects.length).toBe(1);
  desk.clock.advance(1_000);
  await expect.poll(() => desk.kinds()).toContain('session_escalated');
  const answered = (await desk.session()).answer({ action: 'retry' });
  desk.clock.advance(500);
  await answered;
  expect((await desk.settled()).state).toBe('escalate');
  expect(desk.effects).toHaveLength(1);
});

scenario('an answer that comes before its escalation is refused, or told', async (desk) => {
  await desk.open([CALL, { reply: 'Good.' }], {
    tools: [{ ...hangs([], 'manual'), name: 'notes:deaf', timeout_ms: 1_000 }],
  });
  await desk.start();
  await expect.poll(() => desk.effects.length).toBe(1);
  const answer = async () =>
    (await desk.session()).answer({ action: 'use_result', output: { seen: true } });
  const isTaken = answer().then(
    () => true,
    () => false,
  );
  desk.clock.advance(1_000);
  await new Promise((resolve) => setImmediate(resolve));
  desk.clock.advance(60_000);
  if (!(await isTaken)) {
    expect((await desk.settled()).state).toBe('escalate');
    await answer();
  }
  expect((await desk.settled()).detail).toBe('awaiting_turn.idle');
  expect(await desk.toldToModel()).toEqual(['{"success":true,"data":{"seen":true}}']);
});

scenario(
  'a canceled call that the process does not outlive is closed as in doubt',
  async (desk) => {
    await desk.open([{ ...CALL, tool: 'notes:hang' }], { tools: [hangs([], 'manual')] });
    await desk.start();
    await expect.poll(() => desk.effects.length).toBe(1);
    await (await desk.session()).cancel({ by: 'ana' });
    await desk.crash();
    await desk.open([]);
    expect(await desk.settled()).toMatchObject({ completion: 'canceled' });
    await expect.poll(() => desk.kinds()).toContain('crashed notes:hang');
  },
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
