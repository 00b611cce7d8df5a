/** Where the nodes of a workflow stand, derived from the records of their sessions. */
import { isRuntimeError, type SessionSummary } from '../../../kernel/index.ts';
import { readSummary } from '../../runtime/session-records.ts';
import type { StoreHost } from '../../runtime/store-host.ts';
import { isOver } from '../result.ts';
import { nodeSessionId, type Node, type WorkflowRecord } from './definition.ts';

export type NodeStatus =
  'pending' | 'active' | 'waiting_approval' | 'suspended' | 'completed' | 'canceled' | 'error';

/** A node with where its session stands. */
export interface StandingNode {
  readonly node: Node;
  readonly status: NodeStatus;
  readonly areDependenciesDone: boolean;
  /** Milliseconds since the epoch; undefined where nothing has to be waited for. */
  readonly due_at: number | undefined;
}

/** Reads where every node stands, in the order of their declaration. */
export async function readNodes(
  { store }: StoreHost,
  { session_id, nodes }: WorkflowRecord,
): Promise<StandingNode[]> {
  const statuses = new Map<string, NodeStatus>();
  for (const { id } of nodes) {
    statuses.set(id, statusOf(await summaryIfKnown(store, nodeSessionId(session_id, id))));
  }
  return nodes.map((node) => ({
    node,
    status: statuses.get(node.id) ?? 'pending',
    areDependenciesDone: node.depends_on.every((id) => statuses.get(id) === 'completed'),
    due_at: node.wake_at === undefined ? undefined : Date.parse(node.wake_at),
  }));
}

async function summaryIfKnown(
  store: StoreHost['store'],
  session_id: string,
): Promise<SessionSummary | undefined> {
  try {
    return await readSummary(store, session_id);
  } catch (error) {
    if (isRuntimeError(error) && error.code === 'SESSION_NOT_FOUND') return undefined;
    throw error;
  }
}

function statusOf(summary: SessionSummary | undefined): NodeStatus {
  if (!summary) return 'pending';
  if (isOver(summary)) return 'completed';
  if (summary.completion) return 'canceled';
  if (summary.state === 'approval_required') return 'waiting_approval';
  if (summary.state === 'escalate') return 'error';
  return summary.detail === 'awaiting_turn.paused' ? 'suspended' : 'active';
}

/** Whether a node's dependencies are done and its instant has come. */
export const isReleased = ({ areDependenciesDone, due_at }: StandingNode, now: number): boolean =>
  areDependenciesDone && (due_at === undefined || due_at <= now);
