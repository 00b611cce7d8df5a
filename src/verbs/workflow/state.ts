/** A workflow's state in the earlier system's shape, read from its records and its nodes'. */
import { readResult } from '../result.ts';
import type { AgentSessionState } from '../state-schema.ts';
import type { StoreHost } from '../../runtime/store-host.ts';
import { nodeSessionId } from './definition.ts';
import { readNodes, type StandingNode } from './nodes.ts';
import { readContinuations, readWorkflow } from './records.ts';

/** Answers the state of a workflow; undefined where the id is none. */
export async function workflowStateOf(
  host: StoreHost,
  session_id: string,
): Promise<AgentSessionState | undefined> {
  const workflow = await readWorkflow(host, session_id);
  if (!workflow) return undefined;
  const { task_id, run_id, created_at } = workflow;
  const continuations = await readContinuations(host, session_id);
  const scheduled = new Set(
    continuations.flatMap(({ kind, node_id }) => (kind === 'scheduled' ? [node_id] : [])),
  );
  const standing = await readNodes(host, workflow);
  const waiting = standing.filter(
    ({ node, status }) => status === 'pending' && scheduled.has(node.id),
  );
  const [next] = [...waiting].sort((one, other) => (one.due_at ?? 0) - (other.due_at ?? 0));
  const next_wake_at = next?.node.wake_at;
  const nodes: Record<string, unknown>[] = [];
  for (const each of standing) {
    nodes.push(await nodeState(host, session_id, each, waiting.includes(each)));
  }
  return {
    schema_version: 1,
    ...{ session_id, task_id, run_id, status: statusOf(standing, next_wake_at), created_at },
    updated_at: continuations.at(-1)?.timestamp ?? created_at,
    execute_turn_input: standing[0]?.node.execute_turn_input ?? { session_id },
    ...{ messages: [], history: [], turn_count: 0, tool_call_count: 0 },
    continuations,
    workflow: { nodes },
    ...(next_wake_at !== undefined && { next_wake_at }),
  };
}

function statusOf(
  nodes: readonly StandingNode[],
  next_wake_at: string | undefined,
): AgentSessionState['status'] {
  const has = (status: StandingNode['status']): boolean =>
    nodes.some((each) => each.status === status);
  if (nodes.every(({ status }) => status === 'completed')) return 'completed';
  if (has('waiting_approval')) return 'waiting_approval';
  if (has('error') || has('canceled')) return 'error';
  if (has('suspended')) return 'suspended';
  return next_wake_at === undefined ? 'active' : 'scheduled';
}

async function nodeState(
  host: StoreHost,
  session_id: string,
  { node, status }: StandingNode,
  isScheduled: boolean,
): Promise<Record<string, unknown>> {
  const { id: node_id, execute_turn_input, depends_on, wake_at } = node;
  const definition = {
    ...{ node_id, execute_turn_input, depends_on },
    ...(wake_at !== undefined && { wake_at }),
  };
  if (status === 'pending') {
    const { messages } = execute_turn_input;
    const told = isScheduled ? 'scheduled' : 'pending';
    const nothing = { messages, history: [], turn_count: 0, tool_call_count: 0 };
    return { ...definition, status: told, ...nothing };
  }
  const result = await readResult(host, nodeSessionId(session_id, node_id));
  const { messages, history, turn_count, tool_call_count } = result;
  const last_turn = history.at(-1)?.turn_output;
  return {
    ...definition,
    status: NODE_STATUS[status],
    ...{ messages, history, turn_count, tool_call_count },
    ...(result.kind === 'approval_required' && {
      pending_request_id: result.pending_request_id,
      requested_tool: result.requested_tool,
    }),
    ...(last_turn && { last_turn }),
  };
}

/** In the earlier system's words; it knows no canceled node, and none that is at work. */
const NODE_STATUS = {
  active: 'ready',
  waiting_approval: 'waiting_approval',
  suspended: 'suspended',
  completed: 'completed',
  canceled: 'error',
  error: 'error',
} as const;
