/** Door `troupe/kernel`: the contract, the decisions, the ports, and how a tool is written. */
export { assertNever, invariant, InvariantError } from './assert.ts';
export { canonicalJson, contentHash, sha256 } from './canonical.ts';
export {
  describeError,
  ERROR_CODES,
  isRuntimeError,
  messageOf,
  RuntimeError,
  type ErrorCode,
  type ErrorRow,
} from './errors.ts';
export type { Retry } from './error-table.ts';
export type {
  Alarm,
  Clock,
  EffectRecord,
  IdSource,
  Journal,
  ModelAdapter,
  PathFacts,
  PathInspector,
  RecordKey,
  RecordKind,
  ResolvedProfile,
  Scan,
  Signer,
  Store,
  StoredRecord,
  TurnOptions,
  TurnProgress,
  TurnRequest,
  Verifier,
  Write,
} from './ports.ts';
export { agentRuntimeLayer, createAgentRuntimePolicyFactory } from './policy/intent-rules.ts';
export type { Intents, PolicyFactoryInput } from './policy/intent-rules.ts';
export { compileRule, patternsOf } from './policy/compile.ts';
export { historyBook, type HistoryBook } from './policy/history.ts';
export type { SeenCall } from './policy/conditions.ts';
export { evaluatePolicy } from './policy/evaluate.ts';
export { policyVersion } from './policy/version.ts';
export { validatePolicyRules } from './policy/validate-rules.ts';
export { resolveScopes } from './scope/resolve.ts';
export { admitsAddress, admitsHost, reachOf, type NetworkReach } from './scope/network.ts';
export { entryProblem } from './scope/network-entries.ts';
export { performer } from './sandbox/handler.ts';
export type { Performance, SandboxedCall, SandboxHouse, ToolSandbox } from './sandbox/handler.ts';
export type { SandboxProfile, SandboxRules } from './sandbox/profile.ts';
export { matchesPath } from './scope/paths.ts';
export { hostArgument, pathArgument, urlArgument } from './scope/marks.ts';
export type { Premises } from './scope/check-arguments.ts';
export { GENESIS, linkEntry, type Link, type LinkedEntry } from './evidence/chain.ts';
export { readEntry, type EntryReading } from './evidence/codec.ts';
export type { EvidenceProblem, ProblemKind } from './evidence/problem.ts';
export {
  readSignature,
  signHead,
  UNSIGNED_MAX,
  type SessionEnd,
  type SignatureReading,
} from './evidence/signature.ts';
export { isAboutApproval, objectionToRecord } from './evidence/recorded-approval.ts';
export { enterGrants, type Grants } from './evidence/grants.ts';
export { startBehind } from './evidence/prune.ts';
export { NO_TRANSCRIPT, transcriptHash, withMessage } from './evidence/transcript.ts';
export {
  CHAIN_START,
  makeTombstone,
  type ChainStart,
  type TombstoneDraft,
} from './evidence/tombstone.ts';
export {
  verifyChain,
  type ChainEnd,
  type Pruned,
  type Seals,
  type VerifyResult,
} from './evidence/verify.ts';
export {
  approvalDigest,
  approvalRequestId,
  consumeApproval,
  expireApproval,
  isLive,
  requestApproval,
  resolveApprovalRecord,
  supersedeApproval,
} from './approvals.ts';
export { createRedactor, secretValues, SECRET_LENGTH_MIN, type Redactor } from './redaction.ts';
export { stageExpired, stageSuperseded } from './approval-ends.ts';
export { grantsInForce, isGrantable, stageRevoked } from './grants.ts';
export { describeIssues, failure, type Call, type CallContext } from './tools/call.ts';
export { stageClosing, stageStarted } from './tools/stage.ts';
export { recall } from './tools/recall.ts';
export { parseContext, type Request } from './tools/prepare.ts';
export { runEffect } from './tools/run-effect.ts';
export type { EffectEnvironment, EffectResult } from './tools/run-effect.ts';
export type { EffectProgress } from './tools/progress.ts';
export type { Decision } from './tools/call.ts';
export type { RunResult, CallDecision } from './session-calls.ts';
export { createKernel, type Kernel } from './kernel.ts';
export type { KernelOptions } from './environment.ts';
export type { Governance } from './tools/decide.ts';
export { createToolRegistry } from './tools/registry.ts';
export { listGovernedTools } from './tools/governed-tools.ts';
export { explainCall, judgeCall, type ExplainedCall, type Rulebook } from './tools/judge.ts';
export { defineTool, type ToolDefinition } from './tools/define.ts';
export {
  chosenName,
  sessionId,
  taskId,
  runId,
  toolName,
  toolCallId,
  toolEffectId,
  turnEffectId,
} from './contract/ids.ts';
export { message, requestedCall, type Message, type RequestedCall } from './contract/message.ts';
export { limits, type LimitName, type LimitReached, type Limits } from './contract/limits.ts';
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
} from './contract/turn.ts';
export { artifact, sandboxFacts, type Artifact, type SandboxFacts } from './contract/sandbox.ts';
export {
  networkScope,
  pathScope,
  toolScope,
  type NetworkScope,
  type PathScope,
  type ToolScope,
} from './contract/scope.ts';
export {
  ruleDefinition,
  type ApprovalTerms,
  type CallPattern,
  type RuleDefinition,
} from './contract/policy-rule.ts';
export {
  LAYER_LEVELS,
  policyDecision,
  policyEffect,
  policyTrigger,
  type LayerLevel,
  type LayerOpinion,
  type PolicyDecision,
  type PolicyEffect,
  type PolicyEvaluation,
  type PolicyLayer,
  type PolicyRequest,
  type PolicyRule,
  type PolicyTrigger,
} from './contract/policy.ts';
export {
  executionContext,
  toolError,
  toolOutput,
  type ExecutionContext,
  type GovernedTool,
  type ProbeAnswer,
  type Recovery,
  type InProcessHandler,
  type ProcessLimits,
  type SubprocessHandler,
  type ToolCapability,
  type ToolError,
  type ToolHandler,
  type ToolOutput,
  type ToolPack,
  type ToolRun,
} from './contract/tool.ts';
export {
  approval,
  approvalResolution,
  approvalStatus,
  grantRevocation,
  type Approval,
  type ApprovalResolution,
  type ApprovalResolved,
  type ApprovalStatus,
  type GrantRevocation,
} from './contract/approval.ts';
export {
  evidenceEntry,
  type EntryDraft,
  type EvidenceEntry,
  type EvidenceKind,
  type Receipt,
  type SessionEntryKind,
  type StartedEntry,
} from './contract/evidence.ts';
export {
  chainHead,
  signedHead,
  tombstone,
  type ChainHead,
  type SignedHead,
  type Tombstone,
} from './contract/seal.ts';
export { type ApprovalGrant, type GrantRequest, type StandingGrant } from './contract/grant.ts';
export {
  escalation,
  escalatedFrom,
  escalationAnswer,
  escalationReason,
  sessionState,
  type CompletionKind,
  type Escalation,
  type EscalationAnswer,
  type EscalatedFrom,
  type EscalationReason,
  type SessionState,
  type SessionSummary,
} from './contract/session.ts';
