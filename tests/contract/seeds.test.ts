/**
 * The printed examples of the earlier system, against our package, over real HTTP: only the
 * package name and the host's own values are changed.
 */
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import * as troupe from 'troupe';
import { initializeKernelRuntime, type Runtime } from 'troupe';
import type { Message, TurnOutput } from 'troupe/kernel';
import { modelTurn, startModelServer, type ModelServer } from 'troupe/testing';
import { tool, workspace } from './printed-workspace.ts';

const SEED = new URL('../../../shared/seeds/governed-pack-readme.txt', import.meta.url);
const KEY = 'a-key-of-the-loopback-server';

const context = {
  run_id: 'run-agent-session-1',
  task_id: 'task-agent-session-1',
  session_id: 'session-agent-session-1',
  allowed_scopes: [],
};

let folder: string;
let server: ModelServer;
let runtime: Runtime;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'troupe-seeds-'));
  server = await startModelServer({
    api_key: KEY,
    answers: (request) => {
      const isAnswered = request.messages.some(({ role }) => role === 'tool');
      const intent = 'scheduling';
      return isAnswered || request.tools.length < 2
        ? modelTurn({ intent, status: 'reply', assistant_message: 'Moved.' }, request)
        : modelTurn({ intent, tools: [{ name: 'calendar:reschedule-event', input: {} }] }, request);
    },
  });
  await writeFile(join(folder, 'workspace.yaml'), workspace(`${server.url}/`));
  runtime = await initializeKernelRuntime({
    workspaceRoot: folder,
    tools: ['create-event', 'reschedule-event', 'delete-event']
      .map((verb) => tool(`calendar:${verb}`))
      .concat(tool('email:send')),
    system: { environment: { AGENT_RUNTIME_API_KEY: KEY } },
  });
});
afterEach(async () => {
  await runtime.close();
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

const executeTurn = (messages: Message[], more: Record<string, unknown> = {}) =>
  runtime.executeTool(
    'agent:execute-turn',
    {
      session_id: context.session_id,
      model_profile: 'operations',
      url: `${server.url}/`,
      messages,
      intent_catalog: [{ id: 'scheduling', description: 'Schedule or reschedule work.' }],
      ...more,
    },
    context,
  );

describe('the workflows page', () => {
  const user: Message = { role: 'user', content: 'Reschedule the weekly review for tomorrow.' };
  const tool_catalog = [
    { name: 'calendar:reschedule-event', description: 'Move an existing event to a new time.' },
  ];

  it('takes a turn, calls the tool with the intent, and feeds the result back', async () => {
    const turn = await executeTurn([user], { tool_catalog });
    expect(turn).toMatchObject({ success: true, data: { status: 'tool_request' } });
    const { intent, requested_tool } = turn.data as TurnOutput;
    const toolResult = await runtime.executeTool(
      requested_tool?.name ?? '',
      requested_tool?.input,
      {
        ...context,
        metadata: { agent_intent: intent, agent_turn_index: 0, agent_tool_call_count: 1 },
      },
    );
    expect(toolResult).toMatchObject({ success: true });
    const fedBack = troupe.createToolResultMessage({
      ...{ toolName: 'calendar:reschedule-event', toolCallId: 'agent-runtime-tool-call-1' },
      output: toolResult,
    });
    const next = await executeTurn([user, fedBack], { tool_catalog });
    expect(next).toMatchObject({ success: true, data: { status: 'reply' } });
  });

  it('lists the governed tools before a prompt is built', async () => {
    const governed = await runtime
      .getToolHost()
      .listGovernedTools({ ...context, metadata: { agent_intent: 'scheduling' } });
    const decisions = governed.map(({ capability, decision }) => [capability.name, decision]);
    expect(decisions).toContainEqual(['calendar:delete-event', 'approval_required']);
    expect(decisions).not.toContainEqual(['email:send', 'allow']);
  });

  it('records progress of a streamed turn', async () => {
    const turn = await executeTurn([user], { stream: true });
    expect(turn).toMatchObject({ success: true, data: { assistant_message: 'Moved.' } });
    const kinds: string[] = [];
    for await (const { kind } of runtime.evidence.read(context.session_id)) kinds.push(kind);
    expect(kinds).toContain('tool_call_progress');
    expect(kinds.at(-1)).toBe('tool_call_finished');
  });

  it('answers an approval with who decided', async () => {
    const metadata = { agent_intent: 'scheduling' };
    const asked = await runtime.executeTool('calendar:delete-event', {}, { ...context, metadata });
    const request_id = String(asked.error?.details?.['request_id']);
    const resolution = await runtime.resolveApproval({
      ...{ request_id, approved: true, approved_by: 'operator@example.com' },
    });
    expect(
      troupe.createApprovalResolutionMessage({
        requestId: resolution.request_id,
        approved: resolution.approved,
        approvedBy: resolution.approved_by,
        toolName: 'calendar:delete-event',
      }).content,
    ).toContain('operator@example.com');
  });
});

describe('limits and endpoints', () => {
  const message: Message = { role: 'user', content: 'x' };
  test.each([
    ['T4 max_input_bytes', { limits: { max_input_bytes: 4 } }, {}, 'LIMIT_EXCEEDED'],
    [
      'T5 turns',
      { limits: { max_turns_per_session: 2 } },
      { agent_turn_index: 2 },
      'LIMIT_EXCEEDED',
    ],
    [
      'T6 tool calls',
      { limits: { max_tool_calls_per_session: 1 } },
      { agent_tool_call_count: 1 },
      'LIMIT_EXCEEDED',
    ],
    ['the bounds of the configuration', {}, { agent_turn_index: 12 }, 'LIMIT_EXCEEDED'],
    ['another endpoint', { url: 'https://elsewhere.example/' }, {}, 'INVALID_INPUT'],
    ['T1 a role that is none', { messages: [{ role: 'robot', content: '' }] }, {}, 'INVALID_INPUT'],
    ['an unknown profile', { model_profile: 'nobody' }, {}, 'CONFIGURATION_ERROR'],
    ['a missing credential', { model_profile: 'planning' }, {}, 'MISSING_ENVIRONMENT'],
  ])('%s: no provider is called', async (_, more, metadata, code) => {
    const input = {
      ...{ session_id: context.session_id, model_profile: 'operations', url: `${server.url}/` },
      messages: [message],
      ...more,
    };
    const output = await runtime.executeTool('agent:execute-turn', input, { ...context, metadata });
    expect(output).toMatchObject({ success: false, error: { code } });
    const [limit = ''] = 'limits' in more ? Object.keys(more.limits ?? {}) : [];
    expect(output.error?.message).toContain(limit);
    expect(server.requests).toEqual([]);
  });
});

test('a workflow runs its nodes and comes back at its wake time', async () => {
  const at = (session_id: string, content: string) => ({
    ...{ session_id, model_profile: 'operations', url: `${server.url}/` },
    messages: [{ role: 'user' as const, content }],
  });
  const { session_id } = context;
  const createContext = (metadata: Record<string, unknown>) => ({ ...context, metadata });
  const workflow = await troupe.startGovernedAgentWorkflow({
    ...{ runtime, storageRoot: folder, createContext },
    now: () => '2026-03-12T09:00:00.000Z',
    workflow: {
      session_id,
      nodes: [
        { id: 'collect-context', execute_turn_input: at(session_id, 'Collect the constraints.') },
        {
          id: 'scheduled-follow-up',
          depends_on: ['collect-context'],
          wake_at: '2026-03-13T09:00:00.000Z',
          execute_turn_input: at(session_id, 'Run the approved follow-up.'),
        },
      ],
    },
  });
  expect(workflow).toMatchObject({
    kind: 'scheduled',
    scheduled_node_ids: ['scheduled-follow-up'],
    completed_node_ids: ['collect-context'],
  });
  const resumed = await troupe.resumeGovernedAgentWorkflow({
    ...{ runtime, storageRoot: folder, createContext, sessionId: session_id },
    now: () => '2026-03-13T09:00:00.000Z',
  });
  expect(resumed).toMatchObject({
    kind: 'completed',
    completed_node_ids: ['collect-context', 'scheduled-follow-up'],
  });
});

test('the default model is used where a session names no profile', async () => {
  const session = await runtime.sessions.start({ message: 'Reschedule the review.' });
  const summary = await session.settled();
  expect(summary).toMatchObject({ detail: 'awaiting_turn.idle', tool_call_count: 1 });
  expect(server.requests[0]?.served?.model).toBe('ops-assistant');
});

test.skipIf(!existsSync(SEED))('every name that the printed sketch imports is exported', () => {
  const [, names = ''] = /import \{([^}]*)\} from/.exec(readFileSync(SEED, 'utf8')) ?? [];
  const imported = names.split(',').flatMap((name) => name.trim() || []);
  expect(imported.length).toBeGreaterThan(3);
  expect(imported.filter((name) => !(name in troupe))).toEqual([]);
});
