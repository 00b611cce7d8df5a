/** The earlier system's verbs with our own runtime: an approval leads to the call it is for. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  createApprovalResolutionMessage,
  createRuntime,
  defineTool,
  resumeGovernedAgentSession,
  runGovernedAgentLoop,
  startGovernedAgentSession,
  type Runtime,
} from 'troupe';
import type { ExecutionContext } from 'troupe/kernel';
import { scriptedModel } from 'troupe/testing';

const IDS = { session_id: 'session-agent-1', task_id: 'task-agent-1', run_id: 'run-agent-1' };
const WORKSPACE = `
agent_runtime:
  default_model: operations
  models:
    operations:
      provider: messages_compatible
      model: ops-assistant
      api_key_env: AGENT_RUNTIME_API_KEY
      base_url: https://models.internal.example/
  intents:
    scheduling:
      description: Schedule or reschedule work
      allow_tools: ['calendar:create-event']
      approval_required_tools: ['calendar:delete-event']
`;

const createContext = (metadata: Record<string, unknown>): ExecutionContext => ({
  ...IDS,
  allowed_scopes: [],
  metadata,
});
const executeTurnInput = {
  session_id: IDS.session_id,
  model_profile: 'operations',
  url: 'in-process:',
  messages: [{ role: 'user' as const, content: 'Please sort out the next slot.' }],
};
const deletion = { tool: 'calendar:delete-event', input: { id: 'e1' }, intent: 'scheduling' };

let folder: string;
let deleted: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'troupe-contract-'));
  deleted = [];
  await writeFile(join(folder, 'workspace.yaml'), WORKSPACE);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const remove = defineTool({
  name: 'calendar:delete-event',
  description: 'Deletes an event.',
  input: z.strictObject({ id: z.string() }),
  run: ({ id }) => {
    deleted.push(id);
    return { deleted: id };
  },
});

type Script = Parameters<typeof scriptedModel>[0];
const open = (script: Script): Promise<Runtime> =>
  createRuntime({
    workspace: folder,
    tools: [remove],
    models: { operations: scriptedModel(script) },
    recover: false,
  });

describe.each([
  ['the same store', () => folder],
  ['a store of its own', () => join(folder, 'elsewhere')],
])('sessions below a storage root, %s', (_, storageRoot) => {
  const start = (runtime: Runtime) =>
    startGovernedAgentSession({
      ...{ runtime, executeTurnInput, createContext, storageRoot: storageRoot() },
    });
  const resume = (runtime: Runtime, request_id: string, approved = true) =>
    resumeGovernedAgentSession({
      ...{ runtime, createContext, storageRoot: storageRoot(), sessionId: IDS.session_id },
      continuationMessages: [
        createApprovalResolutionMessage({ requestId: request_id, approved, approvedBy: 'op' }),
      ],
    });
  const pendingOf = (result: Awaited<ReturnType<typeof start>>): string => {
    if (result.kind !== 'approval_required') throw new Error(JSON.stringify(result));
    return result.pending_request_id;
  };

  it('runs the approved call, once, and then the next turn', async () => {
    const runtime = await open([deletion, { complete: 'Done.', intent: 'scheduling' }]);
    const request_id = pendingOf(await start(runtime));
    expect(deleted).toEqual([]);
    const resolved = { request_id, approved: true, approved_by: 'op' };
    expect(await runtime.resolveApproval(resolved)).toMatchObject({ ...resolved, ...IDS });
    const result = await resume(runtime, request_id);
    expect(result).toMatchObject({ kind: 'completed', turn_count: 2, tool_call_count: 1 });
    expect(deleted).toEqual(['e1']);
    expect(result.messages.map(({ role }) => role)).toEqual([
      ...['user', 'assistant', 'tool', 'tool', 'assistant'],
    ]);
    expect(result.messages[2]?.content).toContain('"deleted":"e1"');
    expect(await runtime.evidence.verify(IDS.session_id)).toMatchObject({ ok: true });
    await runtime.close();
  });

  it('never runs a declined call, and tells the model', async () => {
    const runtime = await open([deletion, { reply: 'As you wish.', intent: 'scheduling' }]);
    const request_id = pendingOf(await start(runtime));
    await runtime.resolveApproval({ request_id, approved: false, approved_by: 'op', reason: 'no' });
    const result = await resume(runtime, request_id, false);
    expect(result).toMatchObject({ kind: 'completed', turn_count: 2 });
    expect(deleted).toEqual([]);
    expect(JSON.stringify(result.messages)).toContain('\\"approved\\":false');
    await runtime.close();
  });

  it('goes on from the approval of another kernel, and asks for its own', async () => {
    const asked = {
      ...{ status: 'tool_request', intent: 'scheduling', assistant_message: '' },
      ...{ provider: { kind: 'other', model: 'other' }, finish_reason: 'stop' },
      requested_tool: { name: 'calendar:delete-event', input: { id: 'e1' } },
    };
    const answers = [
      { success: true, data: asked },
      {
        success: false,
        error: { code: 'APPROVAL_REQUIRED', message: 'ask', details: { request_id: 'request-9' } },
      },
    ];
    const other = { executeTool: () => Promise.resolve(answers.shift() ?? { success: true }) };
    const options = { createContext, executeTurnInput, storageRoot: storageRoot() };
    const paused = await startGovernedAgentSession({ ...options, runtime: other });
    expect(pendingOf(paused)).toBe('request-9');

    const runtime = await open([deletion, { complete: 'Done.', intent: 'scheduling' }]);
    const request_id = pendingOf(await resume(runtime, 'request-9'));
    expect(request_id).not.toBe('request-9');
    await runtime.resolveApproval({ request_id, approved: true, approved_by: 'op' });
    expect(deleted).toEqual([]);
    expect(await resume(runtime, request_id)).toMatchObject({ kind: 'completed' });
    expect(deleted).toEqual(['e1']);
    await runtime.close();
  });

  it('keeps waiting while nobody has decided', async () => {
    const runtime = await open([deletion]);
    const request_id = pendingOf(await start(runtime));
    expect(pendingOf(await resume(runtime, request_id))).toBe(request_id);
    expect(deleted).toEqual([]);
    await runtime.close();
  });

  it('goes on in another process after the approval', async () => {
    const first = await open([deletion]);
    const request_id = pendingOf(await start(first));
    await first.close();
    const second = await open([{ complete: 'Done.', intent: 'scheduling' }]);
    await second.resolveApproval({ request_id, approved: true, approved_by: 'op' });
    expect(await resume(second, request_id)).toMatchObject({ kind: 'completed' });
    expect(deleted).toEqual(['e1']);
    await second.close();
  });

  it('runs what two resumes ask for only once', async () => {
    const runtime = await open([deletion, { complete: 'Done.', intent: 'scheduling' }]);
    const request_id = pendingOf(await start(runtime));
    await runtime.resolveApproval({ request_id, approved: true, approved_by: 'op' });
    await Promise.allSettled([resume(runtime, request_id), resume(runtime, request_id)]);
    expect(deleted).toEqual(['e1']);
    await runtime.close();
  });
});

describe('the bare loop', () => {
  it('does nothing about an approval of another session', async () => {
    const runtime = await open([deletion, { reply: 'Hello.', intent: 'scheduling' }]);
    const result = await runGovernedAgentLoop({ runtime, executeTurnInput, createContext });
    if (result.kind !== 'approval_required') throw new Error(JSON.stringify(result));
    const requestId = result.pending_request_id;
    await runtime.resolveApproval({ request_id: requestId, approved: true, approved_by: 'op' });
    const news = createApprovalResolutionMessage({ requestId, approved: true, approvedBy: 'op' });
    const session_id = 'another-session';
    const messages = [...executeTurnInput.messages, news];
    const other = await runGovernedAgentLoop({
      runtime,
      createContext: (metadata) => ({ ...createContext(metadata), session_id }),
      executeTurnInput: { ...executeTurnInput, session_id, messages },
    });
    expect(other.messages.slice(0, -1)).toEqual(messages);
    expect(await runtime.approvals.list()).toEqual([]);
    expect(deleted).toEqual([]);
    await runtime.close();
  });

  it('runs the approved call when the host goes on with the message about it', async () => {
    const runtime = await open([deletion, { reply: 'Done.', intent: 'scheduling' }]);
    const result = await runGovernedAgentLoop({ runtime, executeTurnInput, createContext });
    if (result.kind !== 'approval_required') throw new Error(JSON.stringify(result));
    const requestId = result.pending_request_id;
    await runtime.resolveApproval({ request_id: requestId, approved: true, approved_by: 'op' });
    const news = createApprovalResolutionMessage({
      ...{ requestId, approved: true, approvedBy: 'op' },
      toolName: result.requested_tool.name,
    });
    const messages = [...result.messages, news];
    const next = await runGovernedAgentLoop({
      ...{ runtime, createContext },
      executeTurnInput: { ...executeTurnInput, messages },
    });
    expect(next).toMatchObject({ kind: 'completed', final_turn: { status: 'reply' } });
    expect(deleted).toEqual(['e1']);
    const again = await runtime.executeTool(
      'calendar:delete-event',
      { id: 'e1' },
      createContext({ agent_intent: 'scheduling' }),
    );
    expect(again.error?.code).toBe('APPROVAL_REQUIRED');
    expect(deleted).toEqual(['e1']);
    await runtime.close();
  });
});
