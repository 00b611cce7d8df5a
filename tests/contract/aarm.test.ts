/**
 * A table of ours over AARM R1, R3 and R4, each row carried out; R2, R5 and R6 are beside it. It is
 * a self-test and no claim of conformance: the words of the requirements are abridged.
 */
import { describe, expect, test } from 'vitest';
import { createRuntime, type Runtime, type RuntimeOptions } from 'troupe';
import { faultyStore, memoryStore } from 'troupe/adapters';
import { compileRule, ruleDefinition, type PolicyLayer } from 'troupe/kernel';
import { manualClock, scriptedModel } from 'troupe/testing';
import { recording, type Seen } from '../attacks/obeying.ts';

const HOUR_MS = 60 * 60_000;
const context = { run_id: 'r', task_id: 't', session_id: 'host' };

const policy = (...definitions: readonly object[]): readonly PolicyLayer[] => [
  {
    ...{ level: 'workspace', default_decision: 'allow' },
    rules: definitions.map((definition) => compileRule(ruleDefinition.parse(definition))),
  },
];

const NAMES = ['files:read', 'email:send'];

async function open(options: RuntimeOptions) {
  const seen: Seen[] = [];
  const tools = NAMES.map((name) => recording(name, seen));
  return { seen, runtime: await createRuntime({ tools, ...options }) };
}

const codeOf = (error: unknown): unknown => (error as { code?: unknown }).code;

const call = (runtime: Runtime, tool: string, input: object = {}): Promise<unknown> =>
  runtime
    .executeTool(tool, input, context)
    .then(({ success, error }) => (success ? 'ran' : error?.code), codeOf);

const kindsOf = async (runtime: Runtime): Promise<readonly string[]> =>
  (await Array.fromAsync(runtime.evidence.read('host'))).map(({ kind }) => kind);

describe('R1 every action goes through the kernel, which fails closed', () => {
  test('where evidence cannot be written nothing runs', async () => {
    const store = faultyStore(memoryStore(), [{ operation: 'commit', at: 1, lasts: 'for_ever' }]);
    const { runtime, seen } = await open({ store, policy: policy() });
    expect(await call(runtime, 'email:send')).toBe('STORE_WRITE_FAILED');
    expect(seen).toEqual([]);
    await runtime.close();
  });

  test('where the kernel is closed nothing runs', async () => {
    const { runtime, seen } = await open({ policy: policy() });
    await runtime.close();
    expect(await call(runtime, 'email:send')).toBe('RUNTIME_CLOSED');
    expect(seen).toEqual([]);
  });

  test('where no policy speaks nothing runs', async () => {
    const { runtime, seen } = await open({});
    expect(await call(runtime, 'email:send')).toBe('POLICY_DENIED');
    expect(seen).toEqual([]);
    await runtime.close();
  });

  test('a session that cannot write runs neither a turn nor a tool', async () => {
    const store = faultyStore(memoryStore(), [{ operation: 'commit', at: 1, lasts: 'for_ever' }]);
    const model = scriptedModel([{ tool: 'email:send' }]);
    const { runtime, seen } = await open({ store, model, policy: policy() });
    await expect(runtime.sessions.start({ message: 'go' })).rejects.toMatchObject({
      code: 'STORE_WRITE_FAILED',
    });
    expect([seen, model.calls]).toEqual([[], []]);
    await runtime.close();
  });
});

describe('R3 policy looks at what was done before', () => {
  const SENSITIVE = {
    ...{ id: 'no-egress', decision: 'deny', tools: ['email:*'] },
    when: {
      after: [{ tools: ['files:read'], arguments: [{ pointer: '/label', equals: 'secret' }] }],
    },
  };

  test('after a sensitive read egress is denied at once, and after a restart', async () => {
    const store = memoryStore();
    const first = await open({ store, policy: policy(SENSITIVE) });
    expect(await call(first.runtime, 'files:read', { label: 'public' })).toBe('ran');
    expect(await call(first.runtime, 'email:send')).toBe('ran');
    expect(await call(first.runtime, 'files:read', { label: 'secret' })).toBe('ran');
    expect(await call(first.runtime, 'email:send')).toBe('POLICY_DENIED');
    await first.runtime.close();
    const second = await open({ store, policy: policy(SENSITIVE) });
    expect(await call(second.runtime, 'email:send')).toBe('POLICY_DENIED');
    expect(second.seen).toEqual([]);
    await second.runtime.close();
  });
});

const rule = (decision: string, more: object = {}): object => ({
  ...{ id: 'it', decision, tools: ['email:*'] },
  ...more,
});
const SOON = { approval: { expires_in_ms: HOUR_MS } };

interface Fixture {
  readonly decision: string;
  readonly rule: object;
  /** What the call is told, what people then do, and what it is told when it is made again. */
  readonly told: readonly unknown[];
  readonly meanwhile?: 'approve' | 'deny' | 'wait';
  readonly ran: readonly object[];
  readonly last: string;
}

// prettier-ignore
const FIXTURES: readonly Fixture[] = [
  { decision: 'allow', rule: rule('allow'), told: ['ran'], ran: [{}], last: 'tool_call_finished' },
  { decision: 'deny', rule: rule('deny'), told: ['POLICY_DENIED'], ran: [],
    last: 'tool_call_denied' },
  { decision: 'modify', rule: rule('modify', { modify: [{ pointer: '/bcc', value: 'log@example.com' }] }),
    told: ['ran'], ran: [{ bcc: 'log@example.com' }], last: 'tool_call_finished' },
  { decision: 'step-up, approved', rule: rule('approval_required', SOON), meanwhile: 'approve',
    told: ['APPROVAL_REQUIRED', 'ran'], ran: [{}], last: 'tool_call_finished' },
  { decision: 'step-up, denied', rule: rule('approval_required', SOON), meanwhile: 'deny',
    told: ['APPROVAL_REQUIRED', 'APPROVAL_REQUIRED'], ran: [], last: 'approval_requested' },
  { decision: 'step-up, too late', rule: rule('approval_required', SOON), meanwhile: 'wait',
    told: ['APPROVAL_REQUIRED', 'APPROVAL_REQUIRED'], ran: [], last: 'approval_requested' },
  { decision: 'defer, approved', rule: rule('defer', SOON), meanwhile: 'approve',
    told: ['APPROVAL_REQUIRED', 'ran'], ran: [{}], last: 'tool_call_finished' },
  { decision: 'defer, too late', rule: rule('defer', SOON), meanwhile: 'wait',
    told: ['APPROVAL_REQUIRED', 'APPROVAL_REQUIRED'], ran: [], last: 'approval_requested' },
];

describe('R4 each decision is enforced', () => {
  test.each(FIXTURES)('$decision', async ({ rule: stated, told, meanwhile, ran, last }) => {
    const clock = manualClock();
    const { runtime, seen } = await open({
      ...{ policy: policy(stated), system: { clock, alarm: clock.alarm } },
    });
    const answers = [await call(runtime, 'email:send')];
    const [request] = await runtime.approvals.list();
    if (request && meanwhile === 'wait') clock.advance(HOUR_MS);
    else if (request) {
      const { request_id } = request;
      const approved = meanwhile === 'approve';
      await runtime.resolveApproval({ request_id, approved, approved_by: 'ana' });
    }
    if (meanwhile) answers.push(await call(runtime, 'email:send'));
    expect(answers).toEqual(told);
    expect(seen.map(({ input }) => input)).toEqual(ran);
    expect((await kindsOf(runtime)).at(-1)).toBe(last);
    expect(await runtime.evidence.verify('host')).toMatchObject({ ok: true });
    await runtime.close();
  });

  test.each([
    ['step-up', 'approval_required', 'escalate', []],
    ['defer', 'defer', 'complete', ['APPROVAL_EXPIRED']],
  ])('%s in a session that nobody answers in time', async (_, decision, state, codes) => {
    const clock = manualClock();
    const { runtime, seen } = await open({
      model: scriptedModel([{ tool: 'email:send' }, { complete: 'Done.' }]),
      ...{ policy: policy(rule(decision, SOON)), system: { clock, alarm: clock.alarm } },
    });
    const session = await runtime.sessions.start({ session_id: 'host', message: 'go' });
    expect((await session.settled()).state).toBe('approval_required');
    clock.advance(HOUR_MS);
    await expect.poll(async () => (await session.settled()).state).toBe(state);
    const entries = await Array.fromAsync(runtime.evidence.read('host'));
    const denied = entries.flatMap((one) =>
      one.kind === 'tool_call_denied' ? one.error?.code : [],
    );
    expect([seen, denied]).toEqual([[], codes]);
    await runtime.close();
  });
});
