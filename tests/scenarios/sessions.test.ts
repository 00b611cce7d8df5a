/** What a session does with replies, refusals, limits, time, failures and cancels. */
import { describe, expect } from 'vitest';
import { z } from 'zod';
import { defineTool } from 'troupe';
import { ALLOW, asks, denies, writes, type Effects } from './desk.ts';
import { scenario } from './scenario.ts';

const note = (text: string, tool = 'notes:write') => ({ tool, input: { text } });
const DONE = { complete: 'Done.' };
const input = z.strictObject({ text: z.string() });

describe('turns', () => {
  scenario('a reply waits for the next message; complete is final', async (desk) => {
    await desk.open([{ reply: 'Which?' }, DONE]);
    await desk.start();
    expect((await desk.settled()).detail).toBe('awaiting_turn.idle');
    await (await desk.session()).send('that');
    expect((await desk.settled()).state).toBe('complete');
    const session = await desk.session();
    await expect(session.send('more')).rejects.toMatchObject({ code: 'EVENT_NOT_ACCEPTED' });
    expect((await session.messages()).map(({ role }) => role)).toEqual([
      ...['user', 'assistant', 'user', 'assistant'],
    ]);
  });

  scenario('several calls of one turn are each governed, in order, none dropped', async (desk) => {
    const effects: Effects = [];
    const throws = defineTool({
      ...{ name: 'notes:throw', description: 'Throws.', input },
      run: () => {
        throw new Error('no paper');
      },
    });
    const written = ['notes:write', 'notes:deny', 'notes:ask'].map((name) => writes(effects, name));
    const calls = ['notes:write', 'notes:nothing', 'notes:ask', 'notes:throw', 'notes:write'];
    const script = [{ tools: calls.map((tool, index) => note(`${index}`, tool)) }, DONE];
    const policy = [ALLOW, asks('notes:ask'), denies('notes:deny')];
    await desk.open(script, { tools: [...written, throws], policy });
    await desk.start();
    expect((await desk.settled()).state).toBe('approval_required');
    expect(effects).toEqual(['0']);
    const { request_id } = await desk.pending();
    await desk.runtime.resolveApproval({ request_id, approved: true, approved_by: 'ana' });
    expect(await desk.settled()).toMatchObject({ state: 'complete', tool_call_count: 5 });
    expect(effects).toEqual(['0', '2', '4']);
    const told = await desk.toldToModel();
    expect(told.map((text) => /"code":"(\w+)"/.exec(text)?.[1] ?? 'ok')).toEqual([
      ...['ok', 'TOOL_NOT_FOUND', 'ok', 'TOOL_EXECUTION_FAILED', 'ok'],
    ]);
  });

  scenario('a tool that was not offered is refused', async (desk) => {
    const effects: Effects = [];
    const tools = [writes(effects), writes(effects, 'notes:deny')];
    const policy = [ALLOW, denies('notes:deny')];
    await desk.open([note('a', 'notes:deny'), DONE], { tools, policy });
    await desk.start();
    await desk.settled();
    expect((await desk.toldToModel())[0]).toContain('TOOL_NOT_OFFERED');
    expect(effects).toEqual([]);
  });

  scenario('a model that hands over, and a failed turn, wait for an operator', async (desk) => {
    const fail = { fail: { code: 'PROVIDER_TIMEOUT', message: 'no answer' } };
    await desk.open([{ escalate: 'Help.' }, fail, DONE]);
    await desk.start();
    expect(await desk.settled()).toMatchObject({
      escalation: { reason: 'model_escalated', code: 'MODEL_ESCALATED' },
    });
    await (await desk.session()).answer({ action: 'continue', message: 'Try it this way.' });
    expect(await desk.settled()).toMatchObject({
      escalation: { reason: 'turn_failed', code: 'PROVIDER_TIMEOUT', message: 'no answer' },
    });
    await (await desk.session()).answer({ action: 'retry' });
    expect((await desk.settled()).state).toBe('complete');
  });
});

describe('limits', () => {
  const usage = { input_tokens: 10, output_tokens: 10 };
  describe.each([
    ['max_turns_per_session', { max_turns_per_session: 1 }, [note('a'), note('b')]],
    ['max_tool_calls_per_session', { max_tool_calls_per_session: 1 }, [note('a'), note('b')]],
    ['max_tokens_per_session', { max_tokens_per_session: 20 }, [{ ...note('a'), usage }]],
    ['max_input_bytes', { max_input_bytes: 10 }, []],
  ])('%s', (name, limits, script) => {
    scenario('escalates with its name', async (desk) => {
      await desk.open(script, { tools: [writes([])] });
      await desk.start({ limits });
      const summary = await desk.settled();
      expect(summary).toMatchObject({
        state: 'escalate',
        escalation: { reason: 'limit_reached', code: 'LIMIT_EXCEEDED' },
      });
      expect(summary.escalation?.message).toContain(name);
      await (await desk.session()).answer({ action: 'abandon' });
      expect((await desk.settled()).completion).toBe('abandoned');
    });
  });

  scenario('max_wall_ms_per_session stops a turn that takes too long', async (desk) => {
    await desk.open([{ hang: true }]);
    await desk.start({ limits: { max_wall_ms_per_session: 1_000 } });
    await expect.poll(() => desk.clock.dueTimes().length).toBeGreaterThan(0);
    desk.clock.advance(1_001);
    await expect.poll(async () => (await desk.summary()).state).toBe('escalate');
    const { escalation } = await desk.settled();
    expect(escalation?.message).toContain('max_wall_ms_per_session');
  });
});

describe('time and cancel', () => {
  scenario('a scheduled session wakes at its instant, also after a restart', async (desk) => {
    const wake_at = new Date(desk.clock.now() + 60_000).toISOString();
    await desk.open([]);
    await desk.start({ wake_at });
    expect((await desk.settled()).state).toBe('scheduled');
    desk.clock.advance(30_000);
    await desk.open([{ complete: 'Awake.' }]);
    expect((await desk.summary()).state).toBe('scheduled');
    desk.clock.advance(31_000);
    await expect.poll(async () => (await desk.summary()).state).toBe('complete');
  });

  scenario('a wakeup that was missed fires at the start', async (desk) => {
    const wake_at = new Date(desk.clock.now() + 60_000).toISOString();
    await desk.open([]);
    await desk.start({ wake_at });
    await desk.settled();
    await desk.runtime.close();
    desk.clock.advance(61_000);
    await desk.open([{ complete: 'Late.' }]);
    expect((await desk.settled()).state).toBe('complete');
    expect(await desk.kinds()).toEqual([
      ...['session_started', 'session_scheduled', 'session_woken'],
      ...['started turn', 'finished turn', 'session_completed'],
    ]);
  });

  scenario('a cancel stops the tool in flight, and its outcome is on record', async (desk) => {
    let wasStopped = false;
    const slow = defineTool({
      ...{ name: 'notes:slow', description: 'Waits for its signal.', input },
      run: (_, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            wasStopped = true;
            reject(new Error('stopped'));
          });
        }),
    });
    await desk.open([note('a', 'notes:slow')], { tools: [slow] });
    await desk.start();
    await expect.poll(() => desk.kinds()).toContain('started notes:slow');
    await (await desk.session()).cancel({ by: 'ana' });
    expect(await desk.settled()).toMatchObject({ state: 'complete', completion: 'canceled' });
    expect(wasStopped).toBe(true);
    expect(await desk.kinds()).toContain('finished notes:slow');
  });
});
