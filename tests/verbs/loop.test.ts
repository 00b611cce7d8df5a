/** The verbs under a kernel of the host's: the earlier system's cases O1 to O4, R1, R2 and S1. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import {
  buildGovernedToolCatalog,
  createAgentRuntimeWorkflowStateStore,
  createApprovalResolutionMessage,
  createHostContextMessages,
  resumeGovernedAgentSession,
  runGovernedAgentLoop,
  startGovernedAgentSession,
  type ToolExecutor,
} from 'troupe';
import type { ExecutionContext, ToolOutput } from 'troupe/kernel';

const IDS = { session_id: 'session-1', task_id: 'task-1', run_id: 'run-1' };
const createContext = (metadata: Record<string, unknown>): ExecutionContext => ({
  ...IDS,
  allowed_scopes: [],
  metadata,
});
const executeTurnInput = {
  session_id: IDS.session_id,
  model_profile: 'default',
  url: 'https://model-provider.invalid/',
  messages: [{ role: 'user' as const, content: 'Please sort out the next slot.' }],
};

const turn = (status: string, fields: Record<string, unknown> = {}): ToolOutput => ({
  success: true,
  data: {
    status,
    intent: 'scheduling',
    assistant_message: `a ${status}`,
    provider: { kind: 'openai_compatible', model: 'demo' },
    finish_reason: 'stop',
    ...fields,
  },
});
const asksFor = (name: string, input: Record<string, unknown> = {}): ToolOutput =>
  turn('tool_request', { requested_tool: { name, input } });

interface Call {
  readonly name: string;
  readonly input: Record<string, unknown>;
  readonly metadata: Record<string, unknown> | undefined;
}

/** A kernel of the host's that answers from a list, and remembers what it was asked. */
function scriptedKernel(outputs: readonly ToolOutput[]): ToolExecutor & { calls: Call[] } {
  const calls: Call[] = [];
  const waiting = [...outputs];
  return {
    calls,
    executeTool: async (name, input, context) => {
      calls.push({ name, input: input as Call['input'], metadata: context.metadata });
      const output = waiting.shift();
      if (!output) throw new Error(`unexpected call of ${name}`);
      return output;
    },
  };
}

const messagesOf = (call: Call | undefined) =>
  call?.input['messages'] as { role: string; content: string; tool_name?: string }[];

const APPROVAL_REQUIRED: ToolOutput = {
  success: false,
  error: { code: 'APPROVAL_REQUIRED', message: 'ask', details: { request_id: 'request-9' } },
};

describe('runGovernedAgentLoop', () => {
  it('O1 feeds a denied tool back to the model and goes on', async () => {
    const denied = { success: false, error: { code: 'POLICY_DENIED', message: 'no' } };
    const runtime = scriptedKernel([asksFor('email:send'), denied, turn('reply')]);
    const result = await runGovernedAgentLoop({ runtime, executeTurnInput, createContext });

    expect(runtime.calls.map(({ metadata }) => metadata)).toEqual([
      { agent_turn_index: 0, agent_tool_call_count: 0 },
      { agent_intent: 'scheduling', agent_turn_index: 0, agent_tool_call_count: 0 },
      { agent_turn_index: 1, agent_tool_call_count: 1 },
    ]);
    const last = messagesOf(runtime.calls[2]).at(-1);
    expect(last).toMatchObject({ role: 'tool', tool_name: 'email:send' });
    expect(last?.content).toContain('POLICY_DENIED');
    expect(result).toMatchObject({
      kind: 'completed',
      turn_count: 2,
      tool_call_count: 1,
      final_turn: { status: 'reply' },
    });
    expect(result.history[0]).toMatchObject({
      turn_index: 0,
      tool_call_id: 'agent-runtime-tool-call-1',
      tool_output: { error: { code: 'POLICY_DENIED' } },
    });
  });

  it('O2 stops at a call that requires approval', async () => {
    const runtime = scriptedKernel([asksFor('calendar:delete-event'), APPROVAL_REQUIRED]);
    const result = await runGovernedAgentLoop({ runtime, executeTurnInput, createContext });
    expect(result).toMatchObject({
      kind: 'approval_required',
      pending_request_id: 'request-9',
      requested_tool: { name: 'calendar:delete-event', input: {} },
      turn_count: 1,
      tool_call_count: 1,
    });
  });

  it("keeps the assistant's own turns in the transcript", async () => {
    const ok = { success: true, data: { ok: true } };
    const runtime = scriptedKernel([asksFor('calendar:create-event'), ok, turn('complete')]);
    const result = await runGovernedAgentLoop({ runtime, executeTurnInput, createContext });
    expect(result.messages.map(({ role }) => role)).toEqual([
      'user',
      'assistant',
      'tool',
      'assistant',
    ]);
    expect(messagesOf(runtime.calls[2]).map(({ role }) => role)).toEqual([
      'user',
      'assistant',
      'tool',
    ]);
  });

  test.each([
    ['a turn of status escalate is a completed run', [turn('escalate')], { kind: 'completed' }],
    [
      'a failed turn is an error with its code',
      [{ success: false, error: { code: 'PROVIDER_RATE_LIMITED', message: 'slow down' } }],
      { kind: 'error', stage: 'execute_turn', error: { code: 'PROVIDER_RATE_LIMITED' } },
    ],
    [
      'an output that is no turn is INVALID_OUTPUT',
      [{ success: true, data: { status: 'nonsense' } }],
      { kind: 'error', stage: 'execute_turn', error: { code: 'INVALID_OUTPUT' } },
    ],
  ])('%s', async (_, outputs, expected) => {
    const runtime = scriptedKernel(outputs);
    const result = await runGovernedAgentLoop({ runtime, executeTurnInput, createContext });
    expect(result).toMatchObject(expected);
  });

  it('does nothing with maxTurns 0, and says so', async () => {
    const runtime = scriptedKernel([]);
    const options = { runtime, executeTurnInput, createContext, maxTurns: 0 };
    expect(await runGovernedAgentLoop(options)).toMatchObject({
      kind: 'error',
      stage: 'loop_limit',
      error: { code: 'AGENT_RUNTIME_LOOP_LIMIT_EXCEEDED' },
    });
    expect(runtime.calls).toEqual([]);
  });

  it('lets what executeTool throws through', async () => {
    const runtime = { executeTool: () => Promise.reject(new Error('the kernel is gone')) };
    const run = runGovernedAgentLoop({ runtime, executeTurnInput, createContext });
    await expect(run).rejects.toThrow('the kernel is gone');
  });
});

describe('messages', () => {
  it('O3 builds host context and approval messages to the byte', () => {
    const context = {
      task_summary: ' Move it. ',
      memory_summary: 'Mornings.',
      additional_context: ['a', ' '],
    };
    expect(createHostContextMessages(context)).toEqual([
      { role: 'system', content: 'Task context:\nMove it.' },
      { role: 'system', content: 'Memory context:\nMornings.' },
      { role: 'system', content: 'Additional context:\na' },
    ]);
    const news = {
      requestId: 'r-1',
      approved: true,
      approvedBy: 'op',
      toolName: 'a:b',
      reason: 'ok',
    };
    expect(createApprovalResolutionMessage(news)).toEqual({
      role: 'tool',
      tool_name: 'a:b',
      tool_call_id: 'r-1',
      content: '{"approval":{"request_id":"r-1","approved":true,"approved_by":"op","reason":"ok"}}',
    });
    const plain = { requestId: 'r-2', approved: false, approvedBy: 'op' };
    expect(createApprovalResolutionMessage(plain)).toMatchObject({
      tool_name: 'kernel:approval',
      content: '{"approval":{"request_id":"r-2","approved":false,"approved_by":"op"}}',
    });
  });

  it('O4 makes a catalog of what is governed, without the turn tool', async () => {
    const asked: ExecutionContext[] = [];
    const entry = (name: string, decision: string) => ({
      decision,
      capability: { name, description: `Does ${name}`, input_schema: {} },
    });
    const toolHost = {
      listGovernedTools: (context: ExecutionContext) => {
        asked.push(context);
        const tools = [
          entry('agent:execute-turn', 'allow'),
          entry('calendar:create-event', 'allow'),
          entry('calendar:delete-event', 'approval_required'),
        ];
        return tools as never;
      },
    };
    const context = createContext({ agent_intent: 'scheduling' });
    expect(await buildGovernedToolCatalog({ toolHost, context })).toEqual([
      { name: 'calendar:create-event', description: 'Does calendar:create-event' },
      { name: 'calendar:delete-event', description: 'Does calendar:delete-event' },
    ]);
    expect(asked).toEqual([context]);
  });
});

describe('sessions below a storage root', () => {
  let storageRoot: string;
  beforeEach(async () => {
    storageRoot = await mkdtemp(join(tmpdir(), 'troupe-verbs-'));
  });
  afterEach(() => rm(storageRoot, { recursive: true, force: true }));

  it('R1 suspends after its budget and goes on in the next invocation', async () => {
    const ok = { success: true, data: { ok: true } };
    const runtime = scriptedKernel([asksFor('calendar:create-event'), ok, turn('complete')]);
    const base = { runtime, storageRoot, createContext, maxTurnsPerInvocation: 1 };
    expect(await startGovernedAgentSession({ ...base, executeTurnInput })).toMatchObject({
      kind: 'suspended',
      turn_count: 1,
      tool_call_count: 1,
    });
    const states = createAgentRuntimeWorkflowStateStore({ workspaceRoot: storageRoot });
    const suspended = await states.load(IDS.session_id);
    expect(suspended).toMatchObject({
      ...IDS,
      schema_version: 1,
      status: 'suspended',
      turn_count: 1,
      tool_call_count: 1,
    });
    expect(suspended?.continuations.map(({ kind }) => kind)).toEqual(['created', 'suspended']);

    const resumed = await resumeGovernedAgentSession({ ...base, sessionId: IDS.session_id });
    expect(resumed).toMatchObject({ kind: 'completed', turn_count: 2, tool_call_count: 1 });
    expect(runtime.calls[2]?.metadata).toEqual({ agent_turn_index: 1, agent_tool_call_count: 1 });
    expect(messagesOf(runtime.calls[2]).at(-1)?.role).toBe('tool');
  });

  it('R2 goes on after an approval with the message about it', async () => {
    const runtime = scriptedKernel([
      asksFor('calendar:delete-event'),
      APPROVAL_REQUIRED,
      turn('reply'),
    ]);
    const base = { runtime, storageRoot, createContext };
    const paused = await startGovernedAgentSession({ ...base, executeTurnInput });
    expect(paused).toMatchObject({ kind: 'approval_required', pending_request_id: 'request-9' });
    const approval = createApprovalResolutionMessage({
      requestId: 'request-9',
      approved: true,
      approvedBy: 'op',
    });
    const resumed = await resumeGovernedAgentSession({
      ...base,
      sessionId: IDS.session_id,
      continuationMessages: [approval],
    });
    expect(resumed).toMatchObject({ kind: 'completed', turn_count: 2 });
    expect(messagesOf(runtime.calls[2]).at(-1)).toEqual(approval);
    const states = createAgentRuntimeWorkflowStateStore({ workspaceRoot: storageRoot });
    const state = await states.load(IDS.session_id);
    expect(state?.continuations.map(({ kind, request_id }) => [kind, request_id])).toEqual([
      ['created', undefined],
      ['approval_required', 'request-9'],
      ['resumed', undefined],
      ['completed', undefined],
    ]);
    expect(state?.pending_request_id).toBeUndefined();
  });

  it('refuses to resume what is completed or unknown, and to start what is there', async () => {
    const runtime = scriptedKernel([turn('reply')]);
    const base = { runtime, storageRoot, createContext };
    await startGovernedAgentSession({ ...base, executeTurnInput });
    await expect(
      resumeGovernedAgentSession({ ...base, sessionId: IDS.session_id }),
    ).rejects.toMatchObject({ code: 'EVENT_NOT_ACCEPTED' });
    await expect(
      resumeGovernedAgentSession({ ...base, sessionId: 'nobody' }),
    ).rejects.toMatchObject({ code: 'SESSION_NOT_FOUND' });
    await expect(startGovernedAgentSession({ ...base, executeTurnInput })).rejects.toMatchObject({
      code: 'SESSION_EXISTS',
    });
  });

  it('S1 saves a state file as it is given and loads it equal', async () => {
    const states = createAgentRuntimeWorkflowStateStore({ workspaceRoot: storageRoot });
    const state = {
      schema_version: 1 as const,
      ...IDS,
      status: 'suspended' as const,
      created_at: '2026-03-13T08:00:00.000Z',
      updated_at: '2026-03-13T08:00:01.000Z',
      execute_turn_input: { ...executeTurnInput },
      messages: executeTurnInput.messages,
      history: [],
      turn_count: 0,
      tool_call_count: 0,
      continuations: [
        { sequence: 0, kind: 'created' as const, timestamp: '2026-03-13T08:00:00.000Z' },
      ],
    };
    await states.save(state);
    const path = join(storageRoot, '.agent-runtime', 'workflow', `${IDS.session_id}.json`);
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual(state);
    expect(await states.load(IDS.session_id)).toEqual(state);
    expect(await states.load('nobody')).toBeNull();
    await expect(states.load('../../evil')).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });

  it('imports a session of the earlier system and goes on with it', async () => {
    const states = createAgentRuntimeWorkflowStateStore({ workspaceRoot: storageRoot });
    const asked = asksFor('calendar:delete-event').data as never;
    await states.save({
      schema_version: 1,
      ...IDS,
      status: 'waiting_approval',
      created_at: '2026-03-13T08:00:00.000Z',
      updated_at: '2026-03-13T08:00:01.000Z',
      execute_turn_input: { ...executeTurnInput },
      messages: executeTurnInput.messages,
      history: [{ turn_index: 0, turn_output: asked }],
      turn_count: 1,
      tool_call_count: 1,
      continuations: [{ sequence: 0, kind: 'created', timestamp: '2026-03-13T08:00:00.000Z' }],
      pending_request_id: 'request-9',
      last_turn: asked,
    });
    const runtime = scriptedKernel([turn('complete')]);
    const resumed = await resumeGovernedAgentSession({
      ...{ runtime, storageRoot, createContext, sessionId: IDS.session_id },
    });
    expect(resumed).toMatchObject({ kind: 'completed', turn_count: 2, tool_call_count: 1 });
    expect(resumed.history.map(({ turn_index }) => turn_index)).toEqual([0, 1]);
    const state = await states.load(IDS.session_id);
    expect(state?.continuations.map(({ kind }) => kind)).toEqual([
      'created',
      'resumed',
      'completed',
    ]);
  });
});
