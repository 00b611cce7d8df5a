/** A session is forked at any point between its turns, and nowhere else; nothing comes along. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createRuntime, type Runtime } from 'troupe';
import { compileRule, ruleDefinition, type PolicyLayer, type Store } from 'troupe/kernel';
import { manualClock, memoryStore, scriptedModel, seededIds } from 'troupe/testing';
import { ALLOW, asks, writes, type Effects } from '../scenarios/desk.ts';
import { violationsOf } from '../support/checkers/index.ts';
import { readHistory } from '../support/history.ts';

const note = (tool: string, text = tool) => ({ tool, input: { text } });
const DONE = { complete: 'Done.' };

const clock = manualClock();
let store: Store;
let effects: Effects;
let runtime: Runtime;

/** Opens a runtime over the store of the test, in the place of the one before. */
async function open(
  script: Parameters<typeof scriptedModel>[0],
  policy: readonly PolicyLayer[] = [ALLOW, asks('notes:ask')],
): Promise<void> {
  await runtime?.close();
  const names = ['notes:write', 'notes:ask', 'notes:mail'];
  const system = { clock, alarm: clock.alarm, ids: seededIds(script.length) };
  const tools = names.map((name) => writes(effects, name));
  runtime = await createRuntime({ store, system, policy, tools, model: scriptedModel(script) });
}

/** The session `s`: a call, a call that a person approved, a reply. */
async function told(): Promise<void> {
  await open([note('notes:write'), note('notes:ask'), { reply: 'Which?' }]);
  const session = await runtime.sessions.start({ session_id: 's', message: 'go' });
  await session.settled();
  const { pending_request_id: request_id = '' } = await session.summary();
  await runtime.resolveApproval({ request_id, approved: true, approved_by: 'ana' });
  await session.settled();
}

const recordsOf = async (session_id: string): Promise<readonly string[]> => {
  const kinds = ['session', 'session_start', 'head', 'evidence', 'message', 'approval'] as const;
  const found = kinds.map((kind) => Array.fromAsync(store.scan(kind, { prefix: [session_id] })));
  return (await Promise.all(found)).flat().map(({ value }) => value);
};

beforeEach(() => {
  store = memoryStore();
  effects = [];
});

afterEach(async () => {
  await runtime.close();
  expect(await violationsOf(await readHistory(store, [], clock.now()))).toEqual([]);
});

test('the end of a conversation goes on in two ways', async () => {
  await told();
  const before = await recordsOf('s');
  await open([DONE]);
  const fork = await runtime.sessions.fork({ session_id: 's', message: 'This one.' });
  expect(await fork.settled()).toMatchObject({
    state: 'complete',
    turn_count: 4,
    tool_call_count: 2,
  });
  const messages = await fork.messages();
  expect(messages.map(({ role }) => role)).toEqual([
    ...['user', 'assistant', 'tool', 'assistant', 'tool', 'assistant', 'user', 'assistant'],
  ]);
  expect(effects).toEqual(['notes:write', 'notes:ask']);
  expect(await recordsOf('s')).toEqual(before);
});

test('the first entry names where a fork comes from, and it replays', async () => {
  await told();
  const [last] = (await Array.fromAsync(runtime.evidence.read('s'))).toReversed();
  const fork = await runtime.sessions.fork({ session_id: 's', new_session_id: 'f' });
  const [first] = await Array.fromAsync(fork.evidence());
  expect(first).toMatchObject({
    kind: 'session_started',
    state_before: 'awaiting_turn.idle',
    details: { forked_from: { session_id: 's', seq: last?.seq, hash: last?.hash } },
  });
  expect(await fork.verify()).toMatchObject({ ok: true });
  expect(await runtime.evidence.replay('f')).toMatchObject({ ok: true });
});

test('a turn is taken again, and approvals are asked for again', async () => {
  await told();
  await open([note('notes:ask'), DONE]);
  const fork = await runtime.sessions.fork({ session_id: 's', turn: 1 });
  expect(await fork.settled()).toMatchObject({
    detail: 'awaiting_turn.paused',
    turn_count: 1,
    message_count: 3,
  });
  await fork.resume();
  expect((await fork.settled()).state).toBe('approval_required');
  expect(effects).toEqual(['notes:write', 'notes:ask']);
  const [request] = await runtime.approvals.list();
  await expect(fork.send('more')).rejects.toMatchObject({ code: 'EVENT_NOT_ACCEPTED' });
  const decision = { request_id: request?.request_id ?? '', approved: false, approved_by: 'ana' };
  await runtime.resolveApproval(decision);
  expect((await fork.settled()).state).toBe('complete');
});

test('what policy asks about earlier calls comes along, a fork of a fork included', async () => {
  await told();
  const noMail = compileRule(
    ruleDefinition.parse({
      id: 'no-mail-after-notes',
      decision: 'deny',
      tools: ['notes:mail'],
      when: { after: [{ tools: ['notes:write'] }] },
    }),
  );
  const policy: readonly PolicyLayer[] = [ALLOW, { level: 'workspace', rules: [noMail] }];
  await open([note('notes:mail'), { reply: 'And?' }, note('notes:mail'), DONE], policy);
  const fork = await runtime.sessions.fork({ session_id: 's', message: 'Send it.' });
  await fork.settled();
  const again = await runtime.sessions.fork({ session_id: fork.id, message: 'Really.' });
  await again.settled();
  expect(effects).not.toContain('notes:mail');
  const early = await runtime.sessions.fork({ session_id: 's', turn: 0, message: 'Send it.' });
  await early.settled();
  const told_early = (await early.messages()).filter(({ role }) => role === 'tool');
  expect(told_early).toEqual([]);
});

describe('every point', () => {
  test('can be gone on from, or is refused with those that can', async () => {
    await told();
    const entries = await Array.fromAsync(runtime.evidence.read('s'));
    const outcomes: string[] = [];
    for (const { seq, kind } of entries) {
      const fork = runtime.sessions.fork({ session_id: 's', at: seq, new_session_id: `f${seq}` });
      const outcome = await fork.then(
        (handle) => handle.summary().then(({ detail, turn_count }) => `${detail} ${turn_count}`),
        (error: unknown) => String((error as Error).message).replace(/^.*nearest/, 'nearest'),
      );
      outcomes.push(`${kind}: ${outcome}`);
    }
    expect(outcomes).toEqual([
      'session_started: awaiting_turn.paused 0',
      'tool_call_started: nearest are 0 and 4',
      'tool_call_finished: nearest are 0 and 4',
      'tool_call_started: nearest are 0 and 4',
      'tool_call_finished: awaiting_turn.paused 1',
      'tool_call_started: nearest are 4 and 10',
      'tool_call_finished: nearest are 4 and 10',
      'approval_requested: nearest are 4 and 10',
      'approval_resolved: nearest are 4 and 10',
      'tool_call_started: nearest are 4 and 10',
      'tool_call_finished: awaiting_turn.paused 2',
      'tool_call_started: nearest are 10 and 12',
      'tool_call_finished: awaiting_turn.idle 3',
    ]);
  });

  test.each([
    ['both', { at: 0, turn: 0 }, 'not both'],
    ['a turn that was not taken', { turn: 9 }, 'before turn 9'],
    ['an entry that is not there', { at: 99 }, 'nearest are 12'],
  ])('%s is refused', async (_, point, message) => {
    await told();
    const fork = runtime.sessions.fork({ session_id: 's', ...point });
    await expect(fork).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: expect.stringContaining(message) as unknown,
    });
  });
});

test('a session that is there is not forked over, and one that is not there is told', async () => {
  await told();
  const { sessions } = runtime;
  await expect(sessions.fork({ session_id: 's', new_session_id: 's' })).rejects.toMatchObject({
    code: 'SESSION_EXISTS',
  });
  await expect(sessions.fork({ session_id: 'nobody' })).rejects.toMatchObject({
    code: 'SESSION_NOT_FOUND',
  });
});

test('what was granted to a session is not granted to its fork', async () => {
  await open([note('notes:ask'), { reply: 'And?' }]);
  const session = await runtime.sessions.start({ session_id: 's', message: 'go' });
  const { pending_request_id: request_id = '' } = await session.settled();
  const grant = { expires_in_ms: 60 * 60_000 };
  await runtime.resolveApproval({ request_id, approved: true, approved_by: 'ana', grant });
  await session.settled();
  await open([note('notes:ask'), DONE, note('notes:ask')]);
  await runtime.sessions.send('s', 'again');
  expect((await runtime.sessions.settled('s')).state).toBe('complete');
  const fork = await runtime.sessions.fork({ session_id: 's', message: 'And again.' });
  expect((await fork.settled()).state).toBe('approval_required');
});

test('a waiting approval stays with its session', async () => {
  await open([note('notes:write'), note('notes:ask')]);
  const session = await runtime.sessions.start({ session_id: 's', message: 'go' });
  await session.settled();
  const fork = await runtime.sessions.fork({ session_id: 's' });
  expect(await fork.summary()).toMatchObject({ detail: 'awaiting_turn.paused', turn_count: 1 });
  expect(await runtime.approvals.list()).toMatchObject([{ session_id: 's' }]);
});

test('a conversation that was altered is not forked', async () => {
  await told();
  const text = (await store.get('message', ['s', 2])) ?? '';
  const value = text.replace('notes:write', 'notes:wrong');
  await store.commit([{ kind: 'message', key: ['s', 2], value }]);
  await expect(runtime.sessions.fork({ session_id: 's' })).rejects.toMatchObject({
    code: 'REPLAY_DIFFERS',
    message: expect.stringContaining('message 2') as unknown,
  });
  await expect(runtime.sessions.fork({ session_id: 's', turn: 0 })).resolves.toBeDefined();
  await store.commit([{ kind: 'message', key: ['s', 2], value: text }]);
});

test('a session whose evidence differs from its machine is not forked', async () => {
  await told();
  await runtime.close();
  const text = (await store.get('evidence', ['s', 5])) ?? '';
  const value = text.replace('"awaiting_turn.executing"', '"scheduled"');
  await store.commit([{ kind: 'evidence', key: ['s', 5], value }]);
  await open([DONE]);
  await expect(runtime.sessions.fork({ session_id: 's' })).rejects.toMatchObject({
    code: 'REPLAY_DIFFERS',
    message: expect.stringContaining('state scheduled') as unknown,
  });
  expect(await runtime.sessions.list()).toHaveLength(1);
  await store.commit([{ kind: 'evidence', key: ['s', 5], value: text }]);
});
