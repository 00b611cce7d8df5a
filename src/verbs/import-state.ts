/** Brings a session of the earlier system over: its file becomes records, once. */
import { RuntimeError, toolCallId, type Message, type Write } from '../../kernel/index.ts';
import {
  initialContext,
  sessionMachine,
  type Envelope,
  type SessionContext,
} from '../../machines/index.ts';
import { assistantMessage } from '../runtime/messages.ts';
import type { SessionJournal } from '../runtime/journal.ts';
import type { SessionStart } from '../runtime/session-start.ts';
import type { StoreHost } from '../runtime/store-host.ts';
import { readStateFile } from './state-files.ts';
import type { AgentSessionState } from './state-schema.ts';

/** In which lane a session goes on that comes from a system without lanes. */
type InLane = Pick<SessionStart, 'lane_id'>;

/**
 * Imports the state file of a session that the store does not know; without one it does nothing.
 * @throws RuntimeError STATE_FILE_INVALID
 */
export async function importStateFile(
  host: StoreHost,
  storageRoot: string,
  session_id: string,
  lane: InLane,
): Promise<void> {
  if ((await host.store.get('session', [session_id])) !== undefined) return;
  const state = await readStateFile(storageRoot, session_id);
  if (!state) return;
  if (state.workflow) {
    throw new RuntimeError('STATE_FILE_INVALID', `${session_id} is a workflow, not a session`);
  }
  await importSession(host, state, lane);
}

/** Writes the records of a session as the earlier system left it; one that is there stays. */
export async function importSession(
  host: StoreHost,
  state: AgentSessionState,
  lane: InLane,
): Promise<void> {
  const { session_id } = state;
  if ((await host.store.get('session', [session_id])) !== undefined) return;
  await host.journals.using(session_id, async (journal) => {
    stageImport(journal, state, lane);
    await journal.commit();
  });
}

function stageImport(journal: SessionJournal, state: AgentSessionState, { lane_id }: InLane): void {
  const { session_id, run_id = 'imported', task_id = session_id, continuations, history } = state;
  const lane = lane_id === undefined ? {} : { lane_id };
  journal.stageWrites(recordsOf(state, { run_id, task_id, ...lane }));
  const details = { imported: journal.stageBlob({ continuations, history }), ...lane };
  journal.stage({ kind: 'session_started', run_id, task_id, reason: 'imported', details });
  for (const message of [...state.messages, ...pendingTurn(state)]) journal.stageMessage(message);
}

/** The earlier system left the model's own turns out; a call that waits needs the last of them. */
function pendingTurn({ status, last_turn, tool_call_count }: AgentSessionState): Message[] {
  if (status !== 'waiting_approval' || !last_turn) return [];
  return [assistantMessage(last_turn, tool_call_count - 1)];
}

function recordsOf(
  state: AgentSessionState,
  identity: Pick<SessionStart, 'run_id' | 'task_id' | 'lane_id'>,
): Write[] {
  const { session_id, created_at, execute_turn_input } = state;
  const { messages: _, ...turn_input } = execute_turn_input;
  const { model_profile } = turn_input;
  const start = {
    schema_version: 1,
    ...{ session_id, turn_input },
    ...identity,
    created_at: new Date(created_at).toISOString(),
    driver: 'host',
    model_profile: typeof model_profile === 'string' && model_profile ? model_profile : 'default',
    stream: turn_input['stream'] === true,
    seed_message_count: Math.max(1, state.messages.length - state.tool_call_count),
  };
  const key = [session_id];
  return [
    { kind: 'session_start', key, value: JSON.stringify(start) },
    { kind: 'session', key, value: JSON.stringify(envelopeOf(state)) },
  ];
}

function envelopeOf(state: AgentSessionState): Envelope {
  const context: SessionContext = {
    ...initialContext({ session_id: state.session_id }),
    turn_count: state.turn_count,
    tool_call_count: state.tool_call_count,
    turns_left: 0,
    ...standing(state).context,
  };
  return {
    schema_version: 1,
    machine_id: sessionMachine.id,
    machine_version: sessionMachine.version ?? '',
    saved_at: new Date(state.updated_at).toISOString(),
    created_at: new Date(state.created_at).toISOString(),
    driver: 'host',
    snapshot: {
      status: 'active',
      value: standing(state).value,
      context: { ...context },
      children: {},
      historyValue: {},
      tags: [],
    },
  };
}

/** Where the session stands in our chart. */
function standing(state: AgentSessionState): {
  readonly value: Envelope['snapshot']['value'];
  readonly context: Partial<SessionContext>;
} {
  switch (state.status) {
    case 'completed':
      return { value: { awaiting_turn: 'idle' }, context: {} };
    case 'active':
    case 'suspended':
    case 'scheduled':
      return { value: { awaiting_turn: 'paused' }, context: {} };
    case 'waiting_approval': {
      const request_id = state.pending_request_id ?? toolCallId(state.tool_call_count - 1);
      const context = { request_id, calls_in_turn: 1, call_in_turn: 0 };
      return { value: 'approval_required', context };
    }
    case 'error': {
      const message = state.continuations.at(-1)?.reason ?? 'Failed before it was imported';
      const escalation = { reason: 'turn_failed', code: 'TOOL_EXECUTION_FAILED', message } as const;
      return { value: 'escalate', context: { escalation, escalated_from: 'next_turn' } };
    }
  }
}
