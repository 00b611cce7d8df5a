/** Sessions begin, end, meet each other and are closed upon: each caller gets one clear answer. */
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createRuntime, type Runtime, type RuntimeEvent, type SessionHandle } from 'troupe';
import type { Store } from 'troupe/kernel';
import { manualClock, memoryStore, scriptedModel } from 'troupe/testing';
import { ALLOW, asks, writes } from '../scenarios/desk.ts';

type Script = Exclude<Parameters<typeof scriptedModel>[0], (...asked: never[]) => unknown>;

const ASK = { tool: 'notes:ask', input: { text: 'a' } };
const NEVER = '2999-01-01T00:00:00Z';

interface Setting {
  readonly script?: Script;
  readonly store?: Store;
  readonly effects?: string[];
  readonly drive?: boolean;
}

const open = ({ script = [], effects = [], drive = true, ...given }: Setting = {}) =>
  createRuntime({
    ...{ store: memoryStore(), policy: [ALLOW, asks('notes:ask')], drive, ...given },
    model: scriptedModel(script),
    tools: [writes(effects), writes(effects, 'notes:ask')],
  });

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'ok',
    (error: unknown) => (error as { code: string }).code,
  );

describe('a runtime that is closed', () => {
  const person = { approved: true, approved_by: 'ana' };
  test.each<[string, (runtime: Runtime, session: SessionHandle) => Promise<unknown>]>([
    ['start', ({ sessions }) => sessions.start({ message: 'go' })],
    ['send', (_, session) => session.send('more')],
    ['cancel', (_, session) => session.cancel()],
    ['resume', (_, session) => session.resume()],
    ['schedule', (_, session) => session.schedule(NEVER)],
    ['answer', (_, session) => session.answer({ action: 'retry' })],
    [
      'resolve an approval',
      async (runtime) => {
        const [asked] = await runtime.approvals.list();
        return runtime.resolveApproval({ request_id: asked?.request_id ?? '', ...person });
      },
    ],
  ])('refuses to %s, though another has the store open', async (_, work) => {
    const store = memoryStore();
    const closed = await open({ store, script: [ASK] });
    const other = await open({ store });
    const session = await closed.sessions.start({ message: 'go' });
    await session.settled();
    await closed.close();
    expect(await codeOf(work(closed, session))).toBe('RUNTIME_CLOSED');
    await other.close();
  });

  test('keeps a session whose start it met half way', async () => {
    const store = memoryStore();
    const first = await open({ store, script: [{ reply: 'Hi.' }] });
    const starting = first.sessions.start({ session_id: 's', message: 'go' });
    await Promise.all([first.close(0), first.close()]);
    expect((await starting).id).toBe('s');
    const second = await open({ store, script: [{ reply: 'Hi.' }] });
    expect(await second.sessions.settled('s')).toMatchObject({ detail: 'awaiting_turn.idle' });
    expect(await second.evidence.verify('s')).toMatchObject({ ok: true });
    await second.close();
  });
});

describe('two runtimes on one store', () => {
  test.each([
    ['that both drive', true],
    ['of which the later one does not drive', false],
  ])('%s each move their own sessions', async (_, drive) => {
    const store = memoryStore();
    const first = await open({ store, script: [{ complete: 'first' }] });
    const later = await open({ store, script: [{ complete: 'later' }], drive });
    const session = await first.sessions.start({ message: 'go' });
    expect((await session.settled()).state).toBe('complete');
    expect((await session.messages()).at(-1)?.content).toBe('first');
    await Promise.all([first.close(), later.close()]);
  });
});

describe('a cancel', () => {
  test.each<[string, Script, { max_turns?: number; wake_at?: string }]>([
    ['awaiting_turn.idle', [{ reply: 'Hi.' }], {}],
    ['awaiting_turn.paused', [], { max_turns: 0 }],
    ['approval_required', [ASK], {}],
    ['scheduled', [], { wake_at: NEVER }],
    ['escalate', [{ fail: { code: 'PROVIDER_UNAVAILABLE', message: 'down' } }], {}],
  ])('ends a session in %s, once', async (detail, script, start) => {
    const runtime = await open({ script });
    const session = await runtime.sessions.start({ message: 'go', ...start });
    expect(await session.settled()).toMatchObject({ detail });
    await session.cancel();
    expect(await session.settled()).toMatchObject({ state: 'complete', completion: 'canceled' });
    expect(await codeOf(session.cancel())).toBe('EVENT_NOT_ACCEPTED');
    expect(await runtime.approvals.list()).toEqual([]);
    expect(await session.verify()).toMatchObject({ ok: true });
    await runtime.close();
  });

  test('and a wakeup of the same instant leave one end', async () => {
    const clock = manualClock();
    const system = { clock, alarm: clock.alarm };
    const model = scriptedModel([{ reply: 'Woken.' }]);
    const runtime = await createRuntime({ model, policy: [ALLOW], system });
    const wake_at = new Date(clock.now() + 1_000).toISOString();
    const session = await runtime.sessions.start({ message: 'go', wake_at });
    await session.settled();
    const canceled = session.cancel();
    clock.advance(1_000);
    await canceled;
    expect(await session.settled()).toMatchObject({ completion: 'canceled' });
    expect(await session.verify()).toMatchObject({ ok: true });
    await runtime.close();
  });
});

test.each([0, 1, 2, 3])(
  'an answer, its opposite, a cancel and a message race: %i',
  async (turn) => {
    const effects: string[] = [];
    const runtime = await open({ script: [ASK, { reply: 'Hi.' }], effects });
    const session = await runtime.sessions.start({ message: 'go' });
    const { pending_request_id: request_id = '' } = await session.settled();
    const resolve = (approved: boolean) =>
      runtime.resolveApproval({ request_id, approved, approved_by: 'ana' });
    const all = [() => resolve(true), () => resolve(false), () => session.cancel()];
    const rivals = [...all.slice(turn), ...all.slice(0, turn), () => session.send('more')];
    const codes = await Promise.all(rivals.map((rival) => codeOf(rival())));
    expect(codes).toContain('ok');
    await session.settled();
    expect(effects.length).toBeLessThanOrEqual(1);
    expect(await session.verify()).toMatchObject({ ok: true });
    await runtime.close();
  },
);

test('a message to a busy session is refused, with what to wait for', async () => {
  const runtime = await open({ script: [{ reply: 'Hi.' }] });
  const session = await runtime.sessions.start({ message: 'go' });
  await expect(session.send('more')).rejects.toMatchObject({
    code: 'EVENT_NOT_ACCEPTED',
    message: `Session ${session.id} is busy with a turn; it takes a message when it waits for one`,
  });
  await runtime.close();
});

test('a refusal reaches the model, however long its session takes to be read', async () => {
  const store = memoryStore();
  const script: Script = [ASK, ({ messages }) => ({ complete: messages.at(-1)?.content ?? '' })];
  const first = await open({ store, script: script.slice(0, 1) });
  await (await first.sessions.start({ session_id: 's', message: 'go' })).settled();
  await first.close();
  const slow: Store = {
    ...{ location: store.location, close: () => store.close() },
    ...{ get: store.get.bind(store), commit: store.commit.bind(store) },
    async *scan(kind, range) {
      // Longer than a session at rest stays in memory.
      if (kind === 'message') for (let turn = 0; turn < 50; turn += 1) await setImmediately();
      yield* store.scan(kind, range);
    },
  };
  const second = await open({ store: slow, script: script.slice(1) });
  const [asked] = await second.approvals.list();
  const { request_id = '' } = asked ?? {};
  await second.resolveApproval({ request_id, approved: false, approved_by: 'ana' });
  await second.sessions.settled('s');
  const messages = await (await second.sessions.get('s')).messages();
  expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'assistant']);
  expect(messages.at(-1)?.content).toBe(messages.at(-2)?.content);
  await second.close();
});

const setImmediately = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

test('the state of a batch is told behind its entries and messages', async () => {
  const runtime = await open({ script: [{ reply: 'Hi.' }] });
  const told: string[] = [];
  const warnings = vi.spyOn(process, 'emitWarning').mockReturnValue();
  onTestFinished(() => warnings.mockRestore());
  runtime.subscribe(() => Promise.reject(new Error('A listener that fails')));
  runtime.subscribe((event) => told.push(nameOf(event)));
  const session = await runtime.sessions.start({ message: 'go' });
  await session.settled();
  expect(told).toEqual([
    ...['session_started', 'message 0', 'tool_call_started', 'awaiting_turn.executing'],
    ...['tool_call_finished', 'message 1', 'awaiting_turn.idle'],
  ]);
  expect(warnings).toHaveBeenCalledTimes(told.length);
  await runtime.close();
});

function nameOf(event: RuntimeEvent): string {
  switch (event.type) {
    case 'evidence':
      return event.entry.kind;
    case 'message':
      return `message ${event.index}`;
    case 'state':
      return event.to;
    default:
      return event.type;
  }
}

test.each<[string, Record<string, unknown>]>([
  ['half a character', { message: 'x\ud800' }],
  ['a number that is not JSON', { message: 'go', metadata: { amount: 10n } }],
])('%s is refused at the door, and leaves the id free', async (_, start) => {
  const runtime = await open({ script: [{ reply: 'Hi.' }] });
  const session_id = 's';
  expect(await codeOf(runtime.sessions.start({ session_id, ...start }))).toBe('INVALID_INPUT');
  const session = await runtime.sessions.start({ session_id, message: 'go' });
  expect(await session.settled()).toMatchObject({ detail: 'awaiting_turn.idle' });
  expect(await codeOf(session.send('x\udc00'))).toBe('INVALID_INPUT');
  await runtime.close();
});
