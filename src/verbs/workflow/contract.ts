/** The shapes of the workflow verbs: what hosts pass in and get back. */
import type { ExecuteTurnInput, Message, RequestedTool } from '../../../kernel/index.ts';
import type { CreateContext, ToolExecutor } from '../contract.ts';

export interface WorkflowNode {
  readonly id: string;
  readonly execute_turn_input: ExecuteTurnInput;
  /** The nodes that have to be completed before this one starts. */
  readonly depends_on?: readonly string[];
  /** ISO 8601 with any offset: the node does not start before this instant. */
  readonly wake_at?: string;
}

export interface WorkflowDefinition {
  readonly session_id: string;
  readonly nodes: readonly WorkflowNode[];
}

interface DriveOptions {
  readonly runtime: ToolExecutor;
  /** The folder below which the workflow's store lives, in `.troupe/store`. */
  readonly storageRoot: string;
  readonly createContext: CreateContext;
  /** Turns of each node until it is suspended. Default 12. */
  readonly maxTurnsPerInvocation?: number;
  /** The present instant as ISO 8601. */
  readonly now?: () => string;
}

export interface StartWorkflowOptions extends DriveOptions {
  readonly workflow: WorkflowDefinition;
}

export interface ResumeWorkflowOptions extends DriveOptions {
  readonly sessionId: string;
  /**
   * What happened meanwhile, for each node to read before its next turn, whenever that comes. A
   * node that keeps waiting for an approval takes nothing.
   */
  readonly continuationMessagesByNodeId?: Readonly<Record<string, readonly Message[]>>;
}

export type WorkflowResult =
  | { readonly kind: 'completed'; readonly completed_node_ids: readonly string[] }
  | {
      readonly kind: 'scheduled';
      readonly next_wake_at: string;
      readonly scheduled_node_ids: readonly string[];
      readonly completed_node_ids: readonly string[];
    }
  | {
      readonly kind: 'approval_required';
      readonly node_id: string;
      readonly pending_request_id: string;
      readonly requested_tool: RequestedTool;
    }
  | { readonly kind: 'suspended'; readonly node_id: string }
  | {
      readonly kind: 'error';
      readonly node_id: string;
      readonly error: { readonly code: string; readonly message: string };
    };
