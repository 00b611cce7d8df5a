/** Door `troupe`: runtimes, sessions, and the verbs of the earlier system under their names. */
export { createRuntime } from './runtime/create-runtime.ts';
export type { EvidenceOptions } from './runtime/evidence-keys.ts';
export type { VerifyOptions } from './runtime/verify-session.ts';
export type { RuntimeOptions, SystemParts } from './runtime/options.ts';
export type { PolicyEngine, Runtime, ToolHost } from './runtime/runtime.ts';
export type { CancelOptions, Sessions } from './runtime/sessions.ts';
export type { ForkOptions } from './runtime/fork.ts';
export { replaySession } from './runtime/replay/replay.ts';
export type {
  RecordedSession,
  ReplayDifference,
  ReplayMove,
  ReplayResult,
} from './runtime/replay/contract.ts';
export type { StartOptions } from './runtime/session-options.ts';
export type { SessionHandle } from './runtime/session-handle.ts';
export type { Listener, RuntimeEvent } from './runtime/event-stream.ts';
export {
  explainPolicy,
  type PolicyExplanation,
  type PolicyOutcome,
  type PolicyQuery,
} from './runtime/policy/explain.ts';
export {
  openRulebook,
  type RulebookOptions,
  type WorkspaceRulebook,
} from './runtime/policy/rulebook.ts';
export { whatIf, type WhatIf } from './runtime/policy/what-if.ts';
export {
  createApprovalResolutionMessage,
  createHostContextMessages,
  createToolResultMessage,
} from './runtime/messages.ts';

// The verbs of the earlier system
export { runGovernedAgentLoop } from './verbs/run-loop.ts';
export { resumeGovernedAgentSession, startGovernedAgentSession } from './verbs/sessions.ts';
export {
  resumeGovernedAgentWorkflow,
  startGovernedAgentWorkflow,
} from './verbs/workflow/workflows.ts';
export type {
  ResumeWorkflowOptions,
  StartWorkflowOptions,
  WorkflowDefinition,
  WorkflowNode,
  WorkflowResult,
} from './verbs/workflow/contract.ts';
export { buildGovernedToolCatalog, type CatalogOptions } from './verbs/catalog.ts';
export {
  createAgentRuntimeCapabilityFactory,
  initializeKernelRuntime,
  type KernelRuntimeOptions,
} from './verbs/initialize.ts';
export {
  createAgentRuntimeWorkflowStateStore,
  type WorkflowStateStore,
} from './verbs/state-store.ts';
export type {
  CreateContext,
  HistoryEntry,
  LoopOptions,
  LoopResult,
  ResumeSessionOptions,
  SessionResult,
  StartSessionOptions,
  ToolExecutor,
} from './verbs/contract.ts';
export type { AgentSessionState, Continuation } from './verbs/state-schema.ts';
export { createAgentRuntimePolicyFactory } from '../kernel/index.ts';

export { VERSION } from './runtime/version.ts';
export { defineTool, isRuntimeError, RuntimeError } from '../kernel/index.ts';
