/** Schemas and types of everything that crosses a boundary or reaches the disk. */
export {
  sessionId,
  taskId,
  runId,
  toolName,
  toolCallId,
  toolEffectId,
  turnEffectId,
} from './ids.ts';
export { message, requestedCall, type Message, type RequestedCall } from './message.ts';
export { limits, type LimitName, type LimitReached, type Limits } from './limits.ts';
export {
  TURN_TOOL,
  executeTurnInput,
  intentCatalogEntry,
  requestedTool,
  requestedTools,
  toolCatalogEntry,
  turnOutput,
  turnStatus,
  usage,
  type ExecuteTurnInput,
  type IntentCatalogEntry,
  type RequestedTool,
  type ToolCatalogEntry,
  type TurnOutput,
  type TurnStatus,
  type Usage,
} from './turn.ts';
export {
  networkScope,
  pathScope,
  toolScope,
  type NetworkScope,
  type PathScope,
  type ToolScope,
} from './scope.ts';
export {
  LAYER_LEVELS,
  policyDecision,
  policyEffect,
  policyTrigger,
  type LayerLevel,
  type PolicyDecision,
  type PolicyEffect,
  type PolicyEvaluation,
  type PolicyLayer,
  type PolicyRequest,
  type PolicyRule,
  type PolicyTrigger,
} from './policy.ts';
export {
  executionContext,
  toolError,
  toolOutput,
  type ExecutionContext,
  type GovernedTool,
  type ProbeAnswer,
  type Recovery,
  type ToolCapability,
  type ToolError,
  type ToolHandler,
  type ToolOutput,
  type ToolRun,
} from './tool.ts';
export {
  approval,
  approvalResolution,
  approvalStatus,
  type Approval,
  type ApprovalResolution,
  type ApprovalResolved,
  type ApprovalStatus,
} from './approval.ts';
export {
  chainHead,
  evidenceEntry,
  type ChainHead,
  type EntryDraft,
  type EvidenceEntry,
  type EvidenceKind,
  type Receipt,
  type SessionEntryKind,
  type StartedEntry,
} from './evidence.ts';
export {
  escalation,
  escalationAnswer,
  escalationReason,
  sessionState,
  type CompletionKind,
  type Escalation,
  type EscalationAnswer,
  type EscalationReason,
  type SessionState,
  type SessionSummary,
} from './session.ts';
