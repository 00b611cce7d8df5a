/** Sessions below a storage root, under a kernel of the host's: R1, R2, S1 and imports. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createAgentRuntimeWorkflowStateStore,
  createApprovalResolutionMessage,
  resumeGovernedAgentSession,
  startGovernedAgentSession,
  startGovernedAgentWorkflow,
} from 'troupe';
import {
  APPROVAL_REQUIRED,
  asksFor,
  createContext,
  executeTurnInput,
  IDS,
  messagesOf,
  scriptedKernel,
  turn,
} from './support.ts';

const STATE = {
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
  continuations: [{ sequence: 0, kind: 'created' as const, timestamp: '2026-03-13T08:00:00.000Z' }],
};

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

  it('refuses to start over a workflow, and over a session of the earlier layout', async () => {
    const base = { storageRoot, createContext, executeTurnInput, runtime: scriptedKernel([]) };
    const { session_id } = IDS;
    const workflow = { session_id, nodes: [] };
    await startGovernedAgentWorkflow({ ...base, workflow });
    const refused = { code: 'SESSION_EXISTS' };
    await expect(startGovernedAgentSession(base)).rejects.toMatchObject(refused);

    const earlier = { ...base, storageRoot: join(storageRoot, 'earlier') };
    const folder = join(earlier.storageRoot, '.agent-runtime', 'workflow');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, `${session_id}.json`), '{"schema_version":1,');
    await expect(startGovernedAgentSession(earlier)).rejects.toMatchObject(refused);
    const again = startGovernedAgentWorkflow({ ...earlier, workflow });
    await expect(again).rejects.toMatchObject(refused);
  });

  it('S1 saves a state file as it is given and loads it equal', async () => {
    const states = createAgentRuntimeWorkflowStateStore({ workspaceRoot: storageRoot });
    await states.save(STATE);
    const path = join(storageRoot, '.agent-runtime', 'workflow', `${IDS.session_id}.json`);
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual(STATE);
    expect(await states.load(IDS.session_id)).toEqual(STATE);
    expect(await states.load('nobody')).toBeNull();
    await expect(states.save({ ...STATE, run_id: '' })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
    });
    await expect(states.load('../../evil')).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });

  it.each([
    ['torn', '{"schema_version":1,'],
    ['of another version', '{"schema_version":2}'],
    ['of another session', '{}'],
    ['of a run without a name', JSON.stringify({ ...STATE, run_id: '' })],
    ['of an approval without a name', JSON.stringify({ ...STATE, pending_request_id: '' })],
    ['with half a character', JSON.stringify({ ...STATE, task_id: '\ud800' })],
  ])('refuses a state file that is %s', async (_, text) => {
    const states = createAgentRuntimeWorkflowStateStore({ workspaceRoot: storageRoot });
    const folder = join(storageRoot, '.agent-runtime', 'workflow');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, `${IDS.session_id}.json`), text);
    const refused = { code: 'STATE_FILE_INVALID' };
    await expect(states.load(IDS.session_id)).rejects.toMatchObject(refused);
    const base = { runtime: scriptedKernel([]), storageRoot, createContext };
    const resumed = resumeGovernedAgentSession({ ...base, sessionId: IDS.session_id });
    await expect(resumed).rejects.toMatchObject(refused);
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
