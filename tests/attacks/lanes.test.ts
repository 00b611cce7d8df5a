/** A session stays under the rules of the lane that it was started in, whoever moves it later. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { createRuntime, type Runtime, type RuntimeOptions, type SessionHandle } from 'troupe';
import { memoryStore } from 'troupe/adapters';
import type { Store } from 'troupe/kernel';
import { scriptedModel } from 'troupe/testing';
import { writes, type Effects } from '../scenarios/desk.ts';

const LANES = `
lanes:
  - id: front
    title: Front
    policy_overrides:
      - { id: front.no-writes, decision: deny, tools: ['notes:write'] }
  - id: asking
    title: Asking
    policy_overrides:
      - { id: asking.writes, decision: approval_required, tools: ['notes:write'] }
  - { id: back, title: Back }
`;
const WORKSPACE = 'troupe: { policy: { default_decision: allow } }\n';
const WRITE = { tool: 'notes:write', input: { text: 'x' } };

let folder: string;
let store: Store;
let effects: Effects;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'troupe-lanes-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  store = memoryStore();
  effects = [];
  await configure(LANES);
});

const configure = (lanes: string): Promise<void> =>
  writeFile(join(folder, 'workspace.yaml'), `${WORKSPACE}${lanes}`);

type Lines = Parameters<typeof scriptedModel>[0];

async function open(lines: Lines, options: RuntimeOptions = {}): Promise<Runtime> {
  const model = scriptedModel(lines);
  const tools = [writes(effects)];
  const runtime = await createRuntime({ workspace: folder, store, model, tools, ...options });
  onTestFinished(() => runtime.close(0));
  return runtime;
}

/** Starts a session that waits for its next message, in a life of its own. */
async function startIn(lane: string | undefined): Promise<void> {
  const runtime = await open([{ reply: 'Hello' }], lane === undefined ? {} : { lane });
  const session = await runtime.sessions.start({ session_id: 's', message: 'hi' });
  await session.settled();
  await runtime.close();
}

async function sendTo(session: SessionHandle): Promise<void> {
  await session.send('write it down');
  await session.settled();
}

const LATER = [WRITE, { reply: 'Done' }];

describe.each<[string, string | undefined]>([
  ['no lane', undefined],
  ['another lane', 'back'],
  ['its own lane', 'front'],
])('a session of a lane that denies, moved by a runtime of %s', (_, lane) => {
  test('is denied what its lane denies', async () => {
    await startIn('front');
    const runtime = await open(LATER, lane === undefined ? {} : { lane });
    const session = await runtime.sessions.get('s');
    await sendTo(session);
    expect(effects).toEqual([]);
    expect(await session.verify()).toMatchObject({ ok: true });
  });
});

test('a session outside of all lanes is not held to the lane of who moves it', async () => {
  await startIn(undefined);
  const runtime = await open(LATER, { lane: 'front' });
  await sendTo(await runtime.sessions.get('s'));
  expect(effects).toEqual(['x']);
});

test('sessions of several lanes live side by side, and a fork stays in the lane', async () => {
  const runtime = await open(() => ({ tool: 'notes:write', input: { text: 'x' } }), {
    lane: 'back',
  });
  const start = (lane: string, session_id: string): Promise<SessionHandle> =>
    runtime.sessions.start({ lane, session_id, message: 'go', max_turns: 1 });
  const settled = await Promise.all(
    [await start('front', 'f'), await start('asking', 'a'), await start('back', 'b')].map(
      (session) => session.settled(),
    ),
  );
  expect(settled.map(({ state }) => state)).toEqual([
    'awaiting_turn',
    'approval_required',
    'awaiting_turn',
  ]);
  expect(effects).toEqual(['x']);
  const fork = await runtime.sessions.fork({ session_id: 'f', new_session_id: 'fork' });
  await fork.resume(1);
  await fork.settled();
  expect(effects).toEqual(['x']);
  const [first] = await Array.fromAsync(fork.evidence());
  expect(first).toMatchObject({ kind: 'session_started', details: { lane_id: 'front' } });
});

test('an approval is asked for, given and used under the lane of the session', async () => {
  const asking = await open([WRITE], { lane: 'asking' });
  const session = await asking.sessions.start({ session_id: 's', message: 'go' });
  expect(await session.settled()).toMatchObject({ state: 'approval_required' });
  await asking.close();
  const runtime = await open([{ reply: 'Done' }], { lane: 'front' });
  const [request] = await runtime.approvals.list();
  await runtime.approvals.resolve({
    ...{ request_id: request?.request_id ?? '', approved: true, approved_by: 'ana' },
    edited_input: { text: 'y' },
  });
  await runtime.sessions.settled('s');
  expect(effects).toEqual(['y']);
});

describe('a lane that was taken out of the configuration', () => {
  test('denies every call of its sessions, and says why', async () => {
    await startIn('front');
    await configure('');
    const runtime = await open([]);
    const session = await runtime.sessions.get('s');
    await sendTo(session);
    expect(await session.summary()).toMatchObject({
      state: 'escalate',
      escalation: {
        code: 'POLICY_DENIED',
        message: expect.stringContaining('lane "front", which is not configured') as string,
      },
    });
  });

  test('lets its sessions go on when it is back', async () => {
    await startIn('back');
    await configure('');
    const without = await open([]);
    await sendTo(await without.sessions.get('s'));
    await without.close();
    await configure(LANES);
    const runtime = await open(LATER);
    await runtime.sessions.answer('s', { action: 'retry' });
    await runtime.sessions.settled('s');
    expect(effects).toEqual(['x']);
  });

  test('runs no call that was approved in it', async () => {
    const asking = await open([WRITE], { lane: 'asking' });
    await (await asking.sessions.start({ session_id: 's', message: 'go' })).settled();
    await asking.close();
    await configure('');
    const runtime = await open([]);
    const [request] = await runtime.approvals.list();
    const request_id = request?.request_id ?? '';
    await runtime.approvals.resolve({ request_id, approved: true, approved_by: 'ana' });
    await runtime.sessions.settled('s');
    expect(effects).toEqual([]);
  });
});

test.each([
  ['a runtime', () => open([], { lane: 'frunt' })],
  ['a session', async () => (await open([])).sessions.start({ lane: 'frunt', message: 'hi' })],
])('%s in a lane that is not configured is refused', async (_, begin) => {
  await expect(begin()).rejects.toMatchObject({
    code: 'CONFIGURATION_ERROR',
    message: 'No lane "frunt". Did you mean front?',
  });
});

test('calls of a host are made in the lane of the runtime', async () => {
  await startIn('front');
  const runtime = await open([], { lane: 'back' });
  const context = { run_id: 'r', task_id: 't', session_id: 's' };
  expect(await runtime.executeTool('notes:write', { text: 'x' }, context)).toMatchObject({
    success: true,
  });
});
