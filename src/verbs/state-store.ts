/** `createAgentRuntimeWorkflowStateStore`: a session's state in the earlier system's shape. */
import { join } from 'node:path';
import { isRuntimeError, type EvidenceEntry, type SessionSummary } from '../../kernel/index.ts';
import { readOptions } from '../runtime/read-options.ts';
import { parse } from '../runtime/session-options.ts';
import { isThere, systemAlarm } from '../../adapters/index.ts';
import { readSession, readSummary } from '../runtime/session-records.ts';
import type { StoreHost } from '../runtime/store-host.ts';
import { holdStoreHost } from '../runtime/store-hosts.ts';
import { readImported, readOutput } from './history.ts';
import { requestIdOf } from './host-effects.ts';
import { clockOf, stateStoreOptions } from './options.ts';
import { isOver, readResult } from './result.ts';
import { agentSessionState, type AgentSessionState, type Continuation } from './state-schema.ts';
import { readStateFile, writeStateFile } from './state-files.ts';
import type { SessionStart } from '../runtime/session-start.ts';
import { STORE_FOLDER } from './store-folder.ts';
import { workflowStateOf } from './workflow/state.ts';

export interface WorkflowStateStore {
  /** The state of a session, from the store or from a state file; null where there is neither. */
  readonly load: (sessionId: string) => Promise<AgentSessionState | null>;
  /** Writes a state file that this and the earlier system can read. */
  readonly save: (state: AgentSessionState) => Promise<void>;
}

/** Makes the store through which a host reads sessions as the earlier system kept them. */
export function createAgentRuntimeWorkflowStateStore(options: {
  readonly workspaceRoot: string;
  readonly now?: () => string;
}): WorkflowStateStore {
  const verb = 'createAgentRuntimeWorkflowStateStore';
  const { workspaceRoot, now } = readOptions(verb, stateStoreOptions, options);
  const clock = clockOf(now);
  return {
    load: async (sessionId) => {
      const folder = join(workspaceRoot, STORE_FOLDER);
      if (await isThere(folder)) {
        const held = await holdStoreHost(folder, { clock, alarm: systemAlarm });
        try {
          const state =
            (await workflowStateOf(held.host, sessionId)) ?? (await stateOf(held.host, sessionId));
          if (state) return state;
        } finally {
          await held.close();
        }
      }
      return (await readStateFile(workspaceRoot, sessionId)) ?? null;
    },
    save: async (state) => writeStateFile(workspaceRoot, parse(agentSessionState, state, 'State')),
  };
}

async function stateOf(host: StoreHost, session_id: string): Promise<AgentSessionState | null> {
  const known = await readIfKnown(host, session_id);
  if (!known) return null;
  const { summary, start } = known;
  const result = await readResult(host, session_id);
  const { messages, history, turn_count, tool_call_count } = result;
  const seed = messages.slice(0, start.seed_message_count ?? 1);
  const last_turn = history.at(-1)?.turn_output;
  return {
    schema_version: 1,
    ...{ session_id, task_id: start.task_id, run_id: start.run_id },
    status: statusOf(summary),
    created_at: summary.created_at,
    updated_at: summary.updated_at,
    execute_turn_input: { ...(start.turn_input ?? frameOf(start)), messages: seed },
    messages: [...messages],
    history: history.map((entry) => ({ ...entry })),
    ...{ turn_count, tool_call_count },
    continuations: await continuationsOf(host, summary),
    ...(result.kind === 'approval_required' && {
      pending_request_id: result.pending_request_id,
      requested_tool: result.requested_tool,
    }),
    ...(last_turn && { last_turn }),
    ...(summary.wake_at !== undefined && { next_wake_at: summary.wake_at }),
  };
}

async function readIfKnown(
  host: StoreHost,
  session_id: string,
): Promise<{ readonly summary: SessionSummary; readonly start: SessionStart } | undefined> {
  try {
    const summary = await readSummary(host.store, session_id);
    return { summary, start: (await readSession(host.store, session_id)).start };
  } catch (error) {
    if (isRuntimeError(error) && error.code === 'SESSION_NOT_FOUND') return undefined;
    throw error;
  }
}

const frameOf = ({ session_id, model_profile, url, stream }: SessionStart) => ({
  ...{ session_id, model_profile, stream },
  ...(url !== undefined && { url }),
});

function statusOf(summary: SessionSummary): AgentSessionState['status'] {
  if (isOver(summary) || summary.completion) return 'completed';
  switch (summary.state) {
    case 'approval_required':
      return 'waiting_approval';
    case 'scheduled':
      return 'scheduled';
    case 'escalate':
      return 'error';
    default:
      return summary.detail === 'awaiting_turn.paused' ? 'suspended' : 'active';
  }
}

/** Why the session went on and why it stopped, read from its evidence. */
async function continuationsOf(host: StoreHost, summary: SessionSummary): Promise<Continuation[]> {
  const found: Omit<Continuation, 'sequence'>[] = [];
  for await (const entry of host.evidence.read(summary.session_id)) {
    const imported = await readImported(host.evidence, entry);
    found.push(...imported.continuations);
    const told = imported.continuations.length > 0 ? undefined : await continuationOf(host, entry);
    if (told) found.push({ ...told, timestamp: entry.timestamp });
  }
  if (isOver(summary) && found.at(-1)?.kind !== 'completed') {
    const timestamp = summary.updated_at;
    found.push({ kind: 'completed', timestamp, reason: 'The model had its last word' });
  }
  return found.map((continuation, sequence) => ({ ...continuation, sequence }));
}

async function continuationOf(
  { evidence }: StoreHost,
  entry: EvidenceEntry,
): Promise<Omit<Continuation, 'sequence' | 'timestamp'> | undefined> {
  switch (entry.kind) {
    case 'session_started':
      return { kind: 'created' };
    case 'session_resumed':
      return { kind: 'resumed' };
    case 'session_paused':
      return { kind: 'suspended', reason: 'The budget of turns of this invocation is used up' };
    case 'approval_requested':
      return waitsFor(entry.request_id);
    case 'tool_call_finished': {
      // A kernel of the host's asked for it: its request is in what it answered.
      const output = await readOutput(evidence, entry.output_hash);
      const request_id = output && requestIdOf(output);
      return request_id === undefined ? undefined : waitsFor(request_id);
    }
    case 'session_scheduled':
      return { kind: 'scheduled', reason: 'Waits for its scheduled wake time' };
    case 'session_woken':
      return { kind: 'wakeup', reason: 'The scheduled wake time is reached' };
    case 'session_escalated': {
      const { message } = entry.details ?? {};
      const isLastWord = entry.details?.['reason'] === 'model_escalated';
      if (isLastWord) return undefined;
      return { kind: 'error', ...(typeof message === 'string' && { reason: message }) };
    }
    case 'session_completed':
      return { kind: 'completed', reason: 'The model had its last word' };
    default:
      return undefined;
  }
}

const waitsFor = (request_id: string) =>
  ({
    kind: 'approval_required',
    request_id,
    reason: 'Waits for an approval, which its continuation follows',
  }) as const;
