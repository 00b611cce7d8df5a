/** The table of the durability rule: what a restart does with an effect that was in flight. */
import { describe, expect } from 'vitest';
import { hangs, type Effects } from './desk.ts';
import type { ScenarioDesk } from './scenario-desk.ts';
import { scenario } from './scenario.ts';

const CALL = { tool: 'notes:hang', input: { text: 'a' } };
const DONE = { complete: 'done' };
const KEY = 'a s/tool/0';

/** Starts the session, ends the process while its tool hangs, and starts another one. */
async function interrupted(
  desk: ScenarioDesk,
  tool: ReturnType<typeof hangs>,
  script: readonly (typeof DONE)[] = [DONE],
): Promise<void> {
  await desk.open([CALL], { tools: [tool] });
  const started = new Promise<void>((resolve) => {
    desk.runtime.subscribe((event) => {
      const isStart = event.type === 'evidence' && event.entry.kind === 'tool_call_started';
      if (isStart && event.entry.tool_name === 'notes:hang') resolve();
    });
  });
  await desk.start();
  await started;
  await new Promise((resolve) => setImmediate(resolve));
  await desk.crash();
  await desk.open(script, { tools: [tool] });
}

scenario(
  'a call that was in flight is repeated with its key where its tool says retry',
  async (desk) => {
    const effects: Effects = [];
    await interrupted(desk, hangs(effects, 'retry'));
    expect((await desk.settled()).state).toBe('complete');
    expect(effects).toEqual([KEY, KEY]);
    expect(await desk.kinds()).toEqual([
      ...['session_started', 'started turn', 'finished turn', 'started notes:hang'],
      ...['crashed notes:hang', 'started notes:hang', 'finished notes:hang'],
      ...['started turn', 'finished turn', 'session_completed'],
    ]);
  },
);

scenario(
  'a call that was in flight is not repeated where the probe says that it happened',
  async (desk) => {
    const effects: Effects = [];
    await interrupted(desk, hangs(effects, 'probe', true));
    expect((await desk.settled()).state).toBe('complete');
    expect(effects).toEqual([KEY]);
    expect((await desk.toldToModel())[0]).toContain('probed');
  },
);

scenario(
  'a call that was in flight runs where the probe says that it did not happen',
  async (desk) => {
    const effects: Effects = [];
    await interrupted(desk, hangs(effects, 'probe', false));
    expect((await desk.settled()).state).toBe('complete');
    expect(effects).toEqual([KEY]);
  },
);

describe.each([
  ['retry', { action: 'retry' }, [KEY, KEY], 'written'],
  ['use_result', { action: 'use_result', output: { found: true } }, [KEY], 'found'],
  ['continue', { action: 'continue', message: 'leave it' }, [KEY], 'leave it'],
] as const)('answered with %s', (_, answer, done, told) => {
  scenario('a call that was in flight waits for a person by default', async (desk) => {
    const effects: Effects = [];
    await interrupted(desk, hangs(effects, 'manual'));
    expect(await desk.settled()).toMatchObject({
      state: 'escalate',
      escalation: { reason: 'in_doubt', code: 'EFFECT_IN_DOUBT' },
    });
    expect(effects).toEqual([KEY]);
    await (await desk.session()).answer(answer);
    expect((await desk.settled()).state).toBe('complete');
    expect(effects).toEqual(done);
    expect((await desk.toldToModel())[0]).toContain(told);
  });
});

scenario('a call that was in flight is abandoned for good when a person says so', async (desk) => {
  await interrupted(desk, hangs([], 'manual'), []);
  await desk.settled();
  await (await desk.session()).answer({ action: 'abandon' }, 'ana');
  expect(await desk.settled()).toMatchObject({ state: 'complete', completion: 'abandoned' });
  const session = await desk.session();
  await expect(session.answer({ action: 'retry' })).rejects.toMatchObject({
    code: 'EVENT_NOT_ACCEPTED',
  });
});
