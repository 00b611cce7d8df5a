/** The table of the durability rule: what a restart does with an effect that was in flight. */
import { describe, expect, it } from 'vitest';
import type { Runtime } from 'troupe';
import { Desk, hangs, kindsOf, toldToModel, type Effects } from './desk.ts';

const CALL = { tool: 'notes:hang', input: { text: 'a' } };
const KEY = 'a s/tool/0';

/** Starts a session, waits until its tool hangs, and ends the process without an outcome. */
async function interrupted(desk: Desk, tool: ReturnType<typeof hangs>): Promise<void> {
  const runtime = await desk.open([CALL], { tools: [tool] });
  const started = new Promise<void>((resolve) => {
    runtime.subscribe((event) => {
      const isStart = event.type === 'evidence' && event.entry.kind === 'tool_call_started';
      if (isStart && event.entry.tool_name === 'notes:hang') resolve();
    });
  });
  await runtime.sessions.start({ session_id: 's', message: 'go' });
  await started;
  await new Promise((resolve) => setImmediate(resolve));
  await close(desk, runtime);
}

async function close(desk: Desk, runtime: Runtime): Promise<void> {
  const closing = runtime.close(0);
  desk.clock.advance(1);
  await closing;
}

describe('a call that was in flight when the process ended', () => {
  it('is repeated with the same key where its tool says retry', async () => {
    const effects: Effects = [];
    const desk = new Desk();
    const tool = hangs(effects, 'retry');
    await interrupted(desk, tool);
    const runtime = await desk.open([{ complete: 'done' }], { tools: [tool] });
    const session = await runtime.sessions.get('s');
    expect((await session.settled()).state).toBe('complete');
    expect(effects).toEqual([KEY, KEY]);
    expect(await kindsOf(runtime, 's')).toEqual([
      ...['session_started', 'started turn', 'finished turn', 'started notes:hang'],
      ...['session_resumed', 'crashed notes:hang', 'started notes:hang', 'finished notes:hang'],
      ...['started turn', 'finished turn', 'session_completed'],
    ]);
    expect(await session.verify()).toMatchObject({ ok: true });
    await runtime.close();
  });

  it('is not repeated where the probe says that it happened', async () => {
    const effects: Effects = [];
    const desk = new Desk();
    const tool = hangs(effects, 'probe', true);
    await interrupted(desk, tool);
    const runtime = await desk.open([{ complete: 'done' }], { tools: [tool] });
    expect((await (await runtime.sessions.get('s')).settled()).state).toBe('complete');
    expect(effects).toEqual([KEY]);
    expect((await toldToModel(runtime, 's'))[0]).toContain('probed');
    await runtime.close();
  });

  it('runs where the probe says that it did not happen', async () => {
    const effects: Effects = [];
    const desk = new Desk();
    const tool = hangs(effects, 'probe', false);
    await interrupted(desk, tool);
    const runtime = await desk.open([{ complete: 'done' }], { tools: [tool] });
    expect((await (await runtime.sessions.get('s')).settled()).state).toBe('complete');
    expect(effects).toEqual([KEY]);
    await runtime.close();
  });

  it.each([
    ['retry', { action: 'retry' }, [KEY, KEY], 'written'],
    ['use_result', { action: 'use_result', output: { found: true } }, [KEY], 'found'],
    ['continue', { action: 'continue', message: 'leave it' }, [KEY], 'leave it'],
  ] as const)('waits for a person by default, who answers %s', async (_, answer, done, told) => {
    const effects: Effects = [];
    const desk = new Desk();
    const tool = hangs(effects, 'manual');
    await interrupted(desk, tool);
    const runtime = await desk.open([{ complete: 'done' }], { tools: [tool] });
    const session = await runtime.sessions.get('s');
    expect(await session.settled()).toMatchObject({
      state: 'escalate',
      escalation: { reason: 'in_doubt', code: 'EFFECT_IN_DOUBT' },
    });
    expect(effects).toEqual([KEY]);
    await session.answer(answer);
    expect((await session.settled()).state).toBe('complete');
    expect(effects).toEqual(done);
    expect((await toldToModel(runtime, 's'))[0]).toContain(told);
    expect(await session.verify()).toMatchObject({ ok: true });
    await runtime.close();
  });

  it('is abandoned for good when a person says so', async () => {
    const desk = new Desk();
    const tool = hangs([], 'manual');
    await interrupted(desk, tool);
    const runtime = await desk.open([], { tools: [tool] });
    const session = await runtime.sessions.get('s');
    await session.settled();
    await session.answer({ action: 'abandon' }, 'ana');
    expect(await session.settled()).toMatchObject({ state: 'complete', completion: 'abandoned' });
    await expect(session.answer({ action: 'retry' })).rejects.toMatchObject({
      code: 'EVENT_NOT_ACCEPTED',
    });
    await runtime.close();
  });
});
