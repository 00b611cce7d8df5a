/** The shapes of the earlier system's verbs: what hosts pass in and get back. */
import type {
  ExecuteTurnInput,
  ExecutionContext,
  Message,
  RequestedTool,
  ToolOutput,
  TurnOutput,
} from '../../kernel/index.ts';

/** Anything that executes governed tools: a runtime of ours, or a kernel of the host's. */
export interface ToolExecutor {
  readonly executeTool: (
    name: string,
    input: unknown,
    context: ExecutionContext,
  ) => Promise<ToolOutput>;
}

/** Makes the context of a call from the metadata that the call carries. */
export type CreateContext = (metadata: Record<string, unknown>) => ExecutionContext;

export interface HistoryEntry {
  readonly turn_index: number;
  readonly turn_output: TurnOutput;
  /** The first call of the turn; all of them are in `tool_calls` where there are more. */
  readonly tool_call_id?: string;
  readonly tool_output?: ToolOutput;
  readonly tool_calls?: readonly HistoryCall[];
}

export interface HistoryCall {
  readonly tool_call_id: string;
  readonly tool_output: ToolOutput;
}

export interface RunFacts {
  readonly messages: readonly Message[];
  readonly turn_count: number;
  readonly tool_call_count: number;
  readonly history: readonly HistoryEntry[];
}

export interface CompletedRun extends RunFacts {
  readonly kind: 'completed';
  readonly final_turn: TurnOutput;
}
export interface WaitingRun extends RunFacts {
  readonly kind: 'approval_required';
  readonly pending_request_id: string;
  readonly requested_tool: RequestedTool;
  readonly last_turn: TurnOutput;
}
export interface SuspendedRun extends RunFacts {
  readonly kind: 'suspended';
}
export interface FailedRun extends RunFacts {
  readonly kind: 'error';
  readonly stage: 'execute_turn' | 'loop_limit';
  readonly error: { readonly code: string; readonly message: string };
}

export type LoopResult = CompletedRun | WaitingRun | FailedRun;
export type SessionResult = LoopResult | SuspendedRun;

export interface LoopOptions {
  readonly runtime: ToolExecutor;
  readonly executeTurnInput: ExecuteTurnInput;
  readonly createContext: CreateContext;
  /** Turns of this call. Default 12. */
  readonly maxTurns?: number;
}

export interface StartSessionOptions {
  readonly runtime: ToolExecutor;
  /** The folder below which the session's store lives, in `.troupe/store`. */
  readonly storageRoot: string;
  readonly executeTurnInput: ExecuteTurnInput;
  readonly createContext: CreateContext;
  /** Turns until the session is suspended. Default 12. */
  readonly maxTurnsPerInvocation?: number;
  /** The present instant as ISO 8601. */
  readonly now?: () => string;
}

export interface ResumeSessionOptions {
  readonly runtime: ToolExecutor;
  readonly storageRoot: string;
  readonly sessionId: string;
  readonly createContext: CreateContext;
  readonly maxTurnsPerInvocation?: number;
  /**
   * What happened meanwhile, for the model to read before its next turn; kept for it where none
   * comes. Of a session that keeps waiting nothing is taken.
   */
  readonly continuationMessages?: readonly Message[];
  readonly now?: () => string;
}

export const TURNS_PER_INVOCATION = 12;
