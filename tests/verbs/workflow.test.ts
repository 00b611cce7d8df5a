/** Workflows below a storage root, under a kernel of the host's: W1, W2, and what may stop them. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import {
  createAgentRuntimeWorkflowStateStore,
  createApprovalResolutionMessage,
  resumeGovernedAgentWorkflow,
  startGovernedAgentWorkflow,
  type WorkflowNode,
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

const { session_id } = IDS;
const node = (id: string, fields: Partial<WorkflowNode> = {}): WorkflowNode => ({
  id,
  execute_turn_input: executeTurnInput,
  ...fields,
});
const workflow = (...nodes: WorkflowNode[]) => ({ session_id, nodes });
const at = (instant: string) => () => instant;

describe('workflows below a storage root', () => {
  let storageRoot: string;
  beforeEach(async () => {
    storageRoot = await mkdtemp(join(tmpdir(), 'troupe-workflow-'));
  });
  afterEach(() => rm(storageRoot, { recursive: true, force: true }));

  const load = () =>
    createAgentRuntimeWorkflowStateStore({ workspaceRoot: storageRoot }).load(session_id);
  const told = async () =>
    (await load())?.continuations.map(({ kind, node_id }) => [kind, node_id].join(' ').trim());

  it('W1 runs branches and their join in order', async () => {
    const ok = { success: true, data: { ok: true } };
    const runtime = scriptedKernel([
      ...[turn('complete'), asksFor('calendar:create-event'), ok],
      ...[turn('complete'), turn('complete')],
    ]);
    const result = await startGovernedAgentWorkflow({
      ...{ runtime, storageRoot, createContext },
      workflow: workflow(node('a'), node('b'), node('join', { depends_on: ['a', 'b'] })),
    });
    expect(result).toEqual({ kind: 'completed', completed_node_ids: ['a', 'b', 'join'] });
    expect(
      runtime.calls.map(({ name, metadata }) => [name, metadata?.['agent_workflow_node_id']]),
    ).toEqual([
      ['agent:execute-turn', 'a'],
      ['agent:execute-turn', 'b'],
      ['calendar:create-event', 'b'],
      ['agent:execute-turn', 'b'],
      ['agent:execute-turn', 'join'],
    ]);
    expect(runtime.calls[2]?.metadata).toMatchObject({ agent_intent: 'scheduling' });
    expect(runtime.calls.map(({ input }) => input['session_id'])).toEqual(
      runtime.calls.map(({ name }) => (name === 'agent:execute-turn' ? session_id : undefined)),
    );
    expect(await told()).toEqual([
      'created',
      'branch_completed a',
      'branch_completed b',
      'join_ready join',
      'branch_completed join',
      'completed',
    ]);
    expect(await load()).toMatchObject({
      ...IDS,
      status: 'completed',
      messages: [],
      turn_count: 0,
      workflow: {
        nodes: [
          { node_id: 'a', status: 'completed', turn_count: 1, depends_on: [] },
          { node_id: 'b', status: 'completed', turn_count: 2, tool_call_count: 1 },
          { node_id: 'join', status: 'completed', depends_on: ['a', 'b'] },
        ],
      },
    });
  });

  // 2026-03-13T09:00Z, told with an offset that sorts before and after the present as a text.
  test.each(['2026-03-13T09:00:00.000Z', '2026-03-13T04:00:00-05:00', '2026-03-13T18:00:00+09:00'])(
    'W2 waits for %s and runs at that instant',
    async (wake_at) => {
      const runtime = scriptedKernel([turn('complete'), turn('complete')]);
      const base = { runtime, storageRoot, createContext };
      const nodes = workflow(node('seed'), node('follow-up', { depends_on: ['seed'], wake_at }));
      const scheduled = {
        kind: 'scheduled',
        next_wake_at: wake_at,
        scheduled_node_ids: ['follow-up'],
        completed_node_ids: ['seed'],
      };
      const started = await startGovernedAgentWorkflow({
        ...base,
        workflow: nodes,
        now: at('2026-03-13T08:00:00.000Z'),
      });
      expect(started).toEqual(scheduled);
      expect(await load()).toMatchObject({ status: 'scheduled', next_wake_at: wake_at });
      const resume = (now: string) =>
        resumeGovernedAgentWorkflow({ ...base, sessionId: session_id, now: at(now) });
      expect(await resume('2026-03-13T08:59:59.999Z')).toEqual(scheduled);
      const done = { kind: 'completed', completed_node_ids: ['seed', 'follow-up'] };
      expect(await resume('2026-03-13T09:00:00.000Z')).toEqual(done);
      expect(await told()).toEqual([
        'created',
        'branch_completed seed',
        'scheduled follow-up',
        'resumed',
        'resumed',
        'branch_completed follow-up',
        'wakeup follow-up',
        'completed',
      ]);
      expect((await load())?.workflow?.nodes[1]).toMatchObject({ wake_at });
      expect(await resume('2026-03-13T10:00:00.000Z')).toEqual(done);
    },
  );

  it('goes on after an approval with the message about it', async () => {
    const runtime = scriptedKernel([
      ...[asksFor('calendar:delete-event'), APPROVAL_REQUIRED],
      ...[turn('reply'), turn('reply')],
    ]);
    const base = { runtime, storageRoot, createContext };
    const waiting = {
      kind: 'approval_required',
      node_id: 'a',
      pending_request_id: 'request-9',
      requested_tool: { name: 'calendar:delete-event', input: {} },
    };
    const nodes = workflow(node('a'), node('b', { depends_on: ['a'] }));
    expect(await startGovernedAgentWorkflow({ ...base, workflow: nodes })).toEqual(waiting);
    const resume = { ...base, sessionId: session_id };
    expect(await resumeGovernedAgentWorkflow(resume)).toEqual(waiting);
    expect((await load())?.status).toBe('waiting_approval');
    const news = { requestId: 'request-9', approved: true, approvedBy: 'op' };
    const message = createApprovalResolutionMessage(news);
    const continuationMessagesByNodeId = { a: [message] };
    expect(await resumeGovernedAgentWorkflow({ ...resume, continuationMessagesByNodeId })).toEqual({
      kind: 'completed',
      completed_node_ids: ['a', 'b'],
    });
    expect(messagesOf(runtime.calls[2]).at(-1)).toEqual(message);
  });

  it('stops at a failed node, and tries it again when it is resumed', async () => {
    const error = { code: 'PROVIDER_RATE_LIMITED', message: 'slow down' };
    const runtime = scriptedKernel([{ success: false, error }, turn('reply'), turn('reply')]);
    const base = { runtime, storageRoot, createContext };
    const nodes = workflow(node('a'), node('b', { depends_on: ['a'] }));
    const failed = await startGovernedAgentWorkflow({ ...base, workflow: nodes });
    expect(failed).toMatchObject({ kind: 'error', node_id: 'a', error });
    expect(await resumeGovernedAgentWorkflow({ ...base, sessionId: session_id })).toEqual({
      kind: 'completed',
      completed_node_ids: ['a', 'b'],
    });
  });

  it('suspends a node after its budget, and goes on where it stood', async () => {
    const ok = { success: true, data: { ok: true } };
    const runtime = scriptedKernel([asksFor('calendar:create-event'), ok, turn('complete')]);
    const base = { runtime, storageRoot, createContext, maxTurnsPerInvocation: 1 };
    const started = await startGovernedAgentWorkflow({ ...base, workflow: workflow(node('a')) });
    expect(started).toEqual({ kind: 'suspended', node_id: 'a' });
    expect(await resumeGovernedAgentWorkflow({ ...base, sessionId: session_id })).toEqual({
      kind: 'completed',
      completed_node_ids: ['a'],
    });
    expect(runtime.calls).toHaveLength(3);
  });

  it('goes on after the kernel threw in a node, without running the one before', async () => {
    const runtime = scriptedKernel([turn('complete')]);
    const base = { storageRoot, createContext };
    const nodes = workflow(node('a'), node('b', { depends_on: ['a'] }));
    await expect(startGovernedAgentWorkflow({ ...base, runtime, workflow: nodes })).rejects.toThrow(
      'unexpected call',
    );
    const again = scriptedKernel([turn('complete')]);
    const resume = { ...base, runtime: again, sessionId: session_id };
    expect(await resumeGovernedAgentWorkflow(resume)).toMatchObject({ kind: 'completed' });
    expect(again.calls.map(({ metadata }) => metadata?.['agent_workflow_node_id'])).toEqual(['b']);
  });

  test.each([
    ['a node that is there twice', [node('a'), node('a')], 'there twice'],
    ['an unknown dependency', [node('a', { depends_on: ['x'] })], 'depends on x'],
    ['a node that waits for itself', [node('a', { depends_on: ['a'] })], 'a -> a'],
    [
      'a cycle',
      [
        node('a'),
        node('b', { depends_on: ['a', 'd'] }),
        node('c', { depends_on: ['b'] }),
        node('d', { depends_on: ['c'] }),
      ],
      'b -> d -> c -> b',
    ],
    ['a wake_at that is no instant', [node('a', { wake_at: 'tomorrow' })], 'wake_at'],
    ['a node id that no session can have', [node('../evil')], '../evil'],
    ["a node id with the separator of the node's session id", [node('a:b')], 'colon'],
  ])('refuses %s before anything is written', async (_, nodes, why) => {
    const runtime = scriptedKernel([]);
    const started = startGovernedAgentWorkflow({
      ...{ runtime, storageRoot, createContext },
      workflow: workflow(...nodes),
    });
    await expect(started).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: expect.stringContaining(why) as string,
    });
    expect(await load()).toBeNull();
  });

  it('completes without nodes, and refuses what is there or unknown', async () => {
    const base = { runtime: scriptedKernel([]), storageRoot, createContext };
    const started = await startGovernedAgentWorkflow({ ...base, workflow: workflow() });
    expect(started).toEqual({ kind: 'completed', completed_node_ids: [] });
    await expect(
      startGovernedAgentWorkflow({ ...base, workflow: workflow() }),
    ).rejects.toMatchObject({ code: 'SESSION_EXISTS' });
    await expect(
      resumeGovernedAgentWorkflow({ ...base, sessionId: 'nobody' }),
    ).rejects.toMatchObject({ code: 'SESSION_NOT_FOUND' });
  });
});
