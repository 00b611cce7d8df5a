/** Brings a workflow of the earlier system over: its nodes' sessions first, its definition last. */
import { describeIssues, RuntimeError } from '../../../kernel/index.ts';
import { z } from 'zod';
import type { SessionStart } from '../../runtime/session-start.ts';
import type { StoreHost } from '../../runtime/store-host.ts';
import { importSession } from '../import-state.ts';
import { readStateFile } from '../state-files.ts';
import { agentSessionState, type AgentSessionState } from '../state-schema.ts';
import { nodeSessionId, parseDefinition } from './definition.ts';
import { readWorkflow, writeWorkflow } from './records.ts';

const { shape } = agentSessionState;
const importedNode = z.object({
  node_id: z.string(),
  status: z.enum([
    ...(['pending', 'ready', 'scheduled', 'waiting_approval'] as const),
    ...(['suspended', 'completed', 'error'] as const),
  ]),
  execute_turn_input: shape.execute_turn_input,
  depends_on: z.array(z.string()),
  wake_at: z.string().optional(),
  messages: shape.messages,
  history: shape.history,
  turn_count: shape.turn_count,
  tool_call_count: shape.tool_call_count,
  pending_request_id: shape.pending_request_id,
  requested_tool: shape.requested_tool,
  last_turn: shape.last_turn,
});
type ImportedNode = z.output<typeof importedNode>;

/**
 * Imports the state file of a workflow that the store does not know; without one it does nothing.
 * An import that was interrupted is done again for what is not there yet.
 * @throws RuntimeError STATE_FILE_INVALID, INVALID_INPUT for a definition that could never end.
 */
export async function importWorkflow(
  host: StoreHost,
  storageRoot: string,
  session_id: string,
  lane: Pick<SessionStart, 'lane_id'>,
): Promise<void> {
  if (await readWorkflow(host, session_id)) return;
  const state = await readStateFile(storageRoot, session_id);
  if (!state?.workflow) return;
  const parsed = z.array(importedNode).safeParse(state.workflow.nodes);
  if (!parsed.success) {
    const message = `Workflow ${session_id}: ${describeIssues(parsed.error)}`;
    throw new RuntimeError('STATE_FILE_INVALID', message);
  }
  const nodes = parsed.data.map(({ node_id, execute_turn_input, depends_on, wake_at }) => ({
    ...{ id: node_id, execute_turn_input, depends_on },
    ...(wake_at !== undefined && { wake_at }),
  }));
  const definition = parseDefinition({ session_id, nodes });
  for (const node of parsed.data) {
    const imported = sessionOf(state, node);
    if (imported) await importSession(host, imported, lane);
  }
  const { run_id = 'imported', task_id = session_id, continuations } = state;
  const created_at = new Date(state.created_at).toISOString();
  const workflow = { schema_version: 1, ...definition, run_id, task_id, created_at } as const;
  await writeWorkflow(host, workflow, continuations);
}

/** The session of a node; undefined for a node that did not start yet. */
function sessionOf(state: AgentSessionState, node: ImportedNode): AgentSessionState | undefined {
  const { node_id, status, depends_on: _, wake_at: __, ...rest } = node;
  if (status === 'pending' || status === 'ready' || status === 'scheduled') return undefined;
  const { workflow: ___, next_wake_at: ____, ...frame } = state;
  const continuations = state.continuations.filter((each) => each.node_id === node_id);
  const session_id = nodeSessionId(state.session_id, node_id);
  return { ...frame, ...rest, session_id, status, continuations };
}
