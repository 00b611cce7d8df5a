/**
 * The kernel: every effect goes through here. It decides on parsed calls, writes what it decided
 * into the journal that it is given, and runs what policy or a person granted, once.
 */
import type {
  Approval,
  ApprovalResolution,
  GovernedTool,
  PolicyEvaluation,
  PolicyRequest,
  ToolCapability,
  ToolOutput,
} from './contract/index.ts';
import { createEnvironment, type KernelOptions } from './environment.ts';
import { executeTool } from './host-calls.ts';
import { evaluatePolicy } from './policy/evaluate.ts';
import type { Journal } from './ports.ts';
import { resolveApproval, type Resolved } from './resolutions.ts';
import {
  declineCall,
  decideCall,
  runCall,
  runTurn,
  type Alongside,
  type Grant,
  type RunResult,
  type TurnRun,
  type CallDecision,
} from './session-calls.ts';
import type { Call, CallContext } from './tools/call.ts';
import { listGovernedTools } from './tools/governed-tools.ts';
import type { Request } from './tools/prepare.ts';
import type { EffectResult } from './tools/run-effect.ts';

export interface Kernel {
  readonly policy_version: string;
  readonly lookup: (tool_name: string) => ToolCapability | undefined;
  readonly listGovernedTools: (context: CallContext) => readonly GovernedTool[];
  readonly evaluate: (request: PolicyRequest) => PolicyEvaluation;
  readonly executeTool: (
    journal: Journal,
    request: Request,
    signal: AbortSignal,
  ) => Promise<ToolOutput>;
  readonly decideCall: (journal: Journal, request: Request, alongside: Alongside) => CallDecision;
  readonly runCall: (journal: Journal, request: Request, grant: Grant) => Promise<RunResult>;
  readonly runTurn: (journal: Journal, call: Call, run: TurnRun) => Promise<EffectResult>;
  readonly declineCall: (journal: Journal, request: Request, approval: Approval) => ToolOutput;
  readonly resolveApproval: (
    journal: Journal,
    approval: Approval,
    resolution: ApprovalResolution,
    context: CallContext,
  ) => Resolved;
}

/** @throws RuntimeError TOOL_DUPLICATE */
export function createKernel(options: KernelOptions): Kernel {
  const environment = createEnvironment(options);
  const { registry, governance } = environment;
  return {
    policy_version: governance.policy_version,
    lookup: registry.lookup,
    listGovernedTools: (context) => listGovernedTools(registry, governance, context),
    evaluate: (request) => evaluatePolicy(governance.layers, request),
    executeTool: (journal, request, signal) => executeTool(environment, journal, request, signal),
    decideCall: (journal, request, alongside) =>
      decideCall(environment, journal, request, alongside),
    runCall: (journal, request, grant) => runCall(environment, journal, request, grant),
    runTurn: (journal, call, run) => runTurn(environment, journal, call, run),
    declineCall: (journal, request, approval) =>
      declineCall(environment, journal, request, approval),
    resolveApproval: (journal, approval, resolution, context) =>
      resolveApproval(environment, journal, approval, resolution, context),
  };
}
