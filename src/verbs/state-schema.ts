/** The session state of the earlier system, schema version 1: what its files hold. */
import { z } from 'zod';
import { message, requestedTool, toolOutput, turnOutput } from '../../kernel/index.ts';
import { isStorable, NOT_STORABLE } from './storable.ts';

const count = z.int().nonnegative();
const record = z.record(z.string(), z.unknown());

const historyEntry = z.looseObject({
  turn_index: count,
  turn_output: turnOutput,
  tool_call_id: z.string().optional(),
  tool_output: toolOutput.optional(),
});

export const continuation = z.strictObject({
  sequence: count,
  kind: z.enum([
    ...(['created', 'resumed', 'suspended', 'approval_required', 'scheduled', 'wakeup'] as const),
    ...(['branch_completed', 'join_ready', 'completed', 'error'] as const),
  ]),
  timestamp: z.string(),
  reason: z.string().optional(),
  request_id: z.string().optional(),
  node_id: z.string().optional(),
});
export type Continuation = z.infer<typeof continuation>;

export const agentSessionState = z
  .strictObject({
    schema_version: z.literal(1),
    session_id: z.string().min(1),
    task_id: z.string().min(1).optional(),
    run_id: z.string().min(1).optional(),
    status: z.enum(['active', 'suspended', 'waiting_approval', 'scheduled', 'completed', 'error']),
    created_at: z.iso.datetime({ offset: true }),
    updated_at: z.iso.datetime({ offset: true }),
    execute_turn_input: record,
    messages: z.array(message),
    history: z.array(historyEntry),
    turn_count: count,
    tool_call_count: count,
    continuations: z.array(continuation),
    pending_request_id: z.string().min(1).optional(),
    requested_tool: requestedTool.optional(),
    last_turn: turnOutput.optional(),
    workflow: z.strictObject({ nodes: z.array(record) }).optional(),
    next_wake_at: z.string().optional(),
  })
  .refine(isStorable, NOT_STORABLE);
export type AgentSessionState = z.infer<typeof agentSessionState>;
