/** Workflows of the earlier system: their state file is read once, and they go on from there. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createAgentRuntimeWorkflowStateStore,
  createApprovalResolutionMessage,
  resumeGovernedAgentWorkflow,
} from 'troupe';
import { asksFor, createContext, executeTurnInput, IDS, scriptedKernel, turn } from './support.ts';

describe('workflow state files of the earlier system', () => {
  let storageRoot: string;
  beforeEach(async () => {
    storageRoot = await mkdtemp(join(tmpdir(), 'troupe-workflow-'));
  });
  afterEach(() => rm(storageRoot, { recursive: true, force: true }));

  it('imports a workflow of the earlier system and goes on with it', async () => {
    const states = createAgentRuntimeWorkflowStateStore({ workspaceRoot: storageRoot });
    const timestamp = '2026-03-13T08:00:00.000Z';
    const asked = asksFor('calendar:delete-event').data as never;
    const { messages } = executeTurnInput;
    const begun = { execute_turn_input: executeTurnInput, messages, tool_call_count: 0 };
    await states.save({
      ...{ schema_version: 1, ...IDS, status: 'waiting_approval' },
      ...{ created_at: timestamp, updated_at: timestamp, execute_turn_input: executeTurnInput },
      ...{ messages: [], history: [], turn_count: 0, tool_call_count: 0 },
      continuations: [
        { sequence: 0, kind: 'created', timestamp },
        { sequence: 1, kind: 'approval_required', timestamp, node_id: 'a', request_id: 'r-1' },
      ],
      workflow: {
        nodes: [
          {
            ...{ ...begun, node_id: 'a', status: 'waiting_approval', depends_on: [] },
            history: [{ turn_index: 0, turn_output: asked }],
            ...{ turn_count: 1, tool_call_count: 1, pending_request_id: 'r-1', last_turn: asked },
          },
          {
            ...{ ...begun, node_id: 'b', status: 'pending', depends_on: ['a'] },
            ...{ history: [], turn_count: 0 },
          },
        ],
      },
    });
    const runtime = scriptedKernel([turn('reply'), turn('reply')]);
    const continuationMessagesByNodeId = {
      a: [createApprovalResolutionMessage({ requestId: 'r-1', approved: true, approvedBy: 'op' })],
    };
    const resumed = await resumeGovernedAgentWorkflow({
      ...{ runtime, storageRoot, createContext, sessionId: IDS.session_id },
      continuationMessagesByNodeId,
    });
    expect(resumed).toEqual({ kind: 'completed', completed_node_ids: ['a', 'b'] });
    const state = await states.load(IDS.session_id);
    const told = state?.continuations.map(({ kind, node_id }) => [kind, node_id].join(' ').trim());
    expect(told).toEqual([
      ...['created', 'approval_required a', 'resumed'],
      ...['branch_completed a', 'branch_completed b', 'completed'],
    ]);
    expect(state?.workflow?.nodes[0]).toMatchObject({ turn_count: 2 });
  });
});
