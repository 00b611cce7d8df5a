/** What a session does with replies, refusals, limits, time, failures and cancels. */
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineTool } from 'troupe';
import { ALLOW, asks, denies, Desk, kindsOf, toldToModel, writes, type Effects } from './desk.ts';

const note = (text: string, tool = 'notes:write') => ({ tool, input: { text } });

describe('turns', () => {
  it('a reply waits for the next message; complete is final', async () => {
    const desk = new Desk();
    const runtime = await desk.open([{ reply: 'Which?' }, { complete: 'Done.' }]);
    const session = await runtime.sessions.start({ session_id: 's', message: 'go' });
    expect((await session.settled()).detail).toBe('awaiting_turn.idle');
    await session.send('that');
    expect((await session.settled()).state).toBe('complete');
    await expect(session.send('more')).rejects.toMatchObject({ code: 'EVENT_NOT_ACCEPTED' });
    expect((await session.messages()).map(({ role }) => role)).toEqual([
      ...['user', 'assistant', 'user', 'assistant'],
    ]);
    await runtime.close();
  });

  it('several calls of one turn are each governed, in order, none dropped', async () => {
    const effects: Effects = [];
    const desk = new Desk();
    const throws = defineTool({
      name: 'notes:throw',
      description: 'Throws.',
      input: z.strictObject({ text: z.string() }),
      run: () => {
        throw new Error('no paper');
      },
    });
    const tools = [
      writes(effects),
      writes(effects, 'notes:deny'),
      writes(effects, 'notes:ask'),
      throws,
    ];
    const calls = ['notes:write', 'notes:nothing', 'notes:ask', 'notes:throw', 'notes:write'];
    const script = [
      { tools: calls.map((tool, index) => note(`${index}`, tool)) },
      { complete: 'done' },
    ];
    const policy = [ALLOW, asks('notes:ask'), denies('notes:deny')];
    const runtime = await desk.open(script, { tools, policy });
    const session = await runtime.sessions.start({ session_id: 's', message: 'go' });
    expect((await session.settled()).state).toBe('approval_required');
    expect(effects).toEqual(['0']);
    const [request] = await runtime.approvals.list();
    const request_id = request?.request_id ?? '';
    await runtime.resolveApproval({ request_id, approved: true, approved_by: 'ana' });
    expect(await session.settled()).toMatchObject({ state: 'complete', tool_call_count: 5 });
    expect(effects).toEqual(['0', '2', '4']);
    const told = await toldToModel(runtime, 's');
    expect(told.map((text) => /"code":"(\w+)"/.exec(text)?.[1] ?? 'ok')).toEqual([
      ...['ok', 'TOOL_NOT_FOUND', 'ok', 'TOOL_EXECUTION_FAILED', 'ok'],
    ]);
    expect(await session.verify()).toMatchObject({ ok: true });
    await runtime.close();
  });

  it('a tool that was not offered is refused', async () => {
    const effects: Effects = [];
    const tools = [writes(effects), writes(effects, 'notes:deny')];
    const desk = new Desk();
    const policy = [ALLOW, denies('notes:deny')];
    const script = [note('a', 'notes:deny'), { complete: 'done' }];
    const runtime = await desk.open(script, { tools, policy });
    const session = await runtime.sessions.start({ session_id: 's', message: 'go' });
    await session.settled();
    expect((await toldToModel(runtime, 's'))[0]).toContain('TOOL_NOT_OFFERED');
    expect(effects).toEqual([]);
    await runtime.close();
  });

  it('a model that hands over, and a failed turn, wait for an operator', async () => {
    const fail = { fail: { code: 'PROVIDER_TIMEOUT', message: 'no answer' } };
    const script = [{ escalate: 'Help.' }, fail, { complete: 'Done.' }];
    const runtime = await new Desk().open(script);
    const session = await runtime.sessions.start({ session_id: 's', message: 'go' });
    expect(await session.settled()).toMatchObject({
      escalation: { reason: 'model_escalated', code: 'MODEL_ESCALATED' },
    });
    await session.answer({ action: 'continue', message: 'Try it this way.' });
    expect(await session.settled()).toMatchObject({
      escalation: { reason: 'turn_failed', code: 'PROVIDER_TIMEOUT', message: 'no answer' },
    });
    await session.answer({ action: 'retry' });
    expect((await session.settled()).state).toBe('complete');
    expect(await session.verify()).toMatchObject({ ok: true });
    await runtime.close();
  });
});

describe('limits', () => {
  const usage = { input_tokens: 10, output_tokens: 10 };
  it.each([
    ['max_turns_per_session', { max_turns_per_session: 1 }, [note('a'), note('b')]],
    ['max_tool_calls_per_session', { max_tool_calls_per_session: 1 }, [note('a'), note('b')]],
    ['max_tokens_per_session', { max_tokens_per_session: 20 }, [{ ...note('a'), usage }]],
    ['max_input_bytes', { max_input_bytes: 10 }, []],
  ])('%s escalates with its name', async (name, limits, script) => {
    const runtime = await new Desk().open(script, { tools: [writes([])] });
    const session = await runtime.sessions.start({ session_id: 's', message: 'go', limits });
    const summary = await session.settled();
    expect(summary).toMatchObject({
      state: 'escalate',
      escalation: { reason: 'limit_reached', code: 'LIMIT_EXCEEDED' },
    });
    expect(summary.escalation?.message).toContain(name);
    await session.answer({ action: 'abandon' });
    expect((await session.settled()).completion).toBe('abandoned');
    await runtime.close();
  });

  it('max_wall_ms_per_session stops a turn that takes too long', async () => {
    const desk = new Desk();
    const runtime = await desk.open([{ hang: true }]);
    const limits = { max_wall_ms_per_session: 1_000 };
    const session = await runtime.sessions.start({ session_id: 's', message: 'go', limits });
    await expect.poll(() => desk.clock.dueTimes().length).toBeGreaterThan(0);
    desk.clock.advance(1_001);
    await expect.poll(async () => (await session.summary()).state).toBe('escalate');
    expect((await session.summary()).escalation?.message).toContain('max_wall_ms_per_session');
    await runtime.close();
  });
});

describe('time and cancel', () => {
  it('a scheduled session wakes at its instant, also after a restart', async () => {
    const desk = new Desk();
    const wake_at = new Date(desk.clock.now() + 60_000).toISOString();
    const first = await desk.open([]);
    const started = { session_id: 's', message: 'go', wake_at };
    expect((await (await first.sessions.start(started)).settled()).state).toBe('scheduled');
    await first.close();
    desk.clock.advance(30_000);
    const second = await desk.open([{ complete: 'Awake.' }]);
    const session = await second.sessions.get('s');
    expect((await session.summary()).state).toBe('scheduled');
    desk.clock.advance(31_000);
    await expect.poll(async () => (await session.summary()).state).toBe('complete');
    await second.close();
  });

  it('a wakeup that was missed fires at the start', async () => {
    const desk = new Desk();
    const wake_at = new Date(desk.clock.now() + 60_000).toISOString();
    const first = await desk.open([]);
    await (await first.sessions.start({ session_id: 's', message: 'go', wake_at })).settled();
    await first.close();
    desk.clock.advance(61_000);
    const second = await desk.open([{ complete: 'Late.' }]);
    const session = await second.sessions.get('s');
    expect((await session.settled()).state).toBe('complete');
    expect(await kindsOf(second, 's')).toContain('session_scheduled');
    await second.close();
  });

  it('a cancel stops the tool in flight, and its outcome is on record', async () => {
    const desk = new Desk();
    let wasStopped = false;
    const slow = defineTool({
      name: 'notes:slow',
      description: 'Waits for its signal.',
      input: z.strictObject({ text: z.string() }),
      run: (_, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            wasStopped = true;
            reject(new Error('stopped'));
          });
        }),
    });
    const runtime = await desk.open([note('a', 'notes:slow')], { tools: [slow] });
    const session = await runtime.sessions.start({ session_id: 's', message: 'go' });
    await expect.poll(() => kindsOf(runtime, 's')).toContain('started notes:slow');
    await session.cancel({ by: 'ana' });
    expect(await session.settled()).toMatchObject({ state: 'complete', completion: 'canceled' });
    expect(wasStopped).toBe(true);
    expect(await kindsOf(runtime, 's')).toContain('finished notes:slow');
    expect(await session.verify()).toMatchObject({ ok: true });
    await runtime.close();
  });
});
