/** Tools, the context of a call, and what a call gives back. */
import { z } from 'zod';
import { runId, sessionId, taskId } from './ids.ts';
import { toolScope, type ToolScope } from './scope.ts';
import type { PolicyDecision } from './policy.ts';

export const toolError = z.strictObject({
  code: z.string().min(1),
  message: z.string(),
  details: z.record(z.string(), z.unknown()).optional(),
});
export type ToolError = z.infer<typeof toolError>;

export const toolOutput = z.strictObject({
  success: z.boolean(),
  data: z.unknown().optional(),
  error: toolError.optional(),
  metadata: z.record(z.string(), z.unknown()).optional(),
});
/** What every governed call answers; refusals and failures are values with a code. */
export interface ToolOutput<Data = unknown> {
  readonly success: boolean;
  readonly data?: Data | undefined;
  readonly error?: ToolError | undefined;
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
}

export const executionContext = z.object({
  run_id: runId,
  task_id: taskId,
  session_id: sessionId,
  /** The caller may only tighten what the config grants; empty adds nothing. */
  allowed_scopes: z.array(toolScope).default([]),
  metadata: z.record(z.string(), z.unknown()).optional(),
});
/** Who calls, for which session, with what metadata (`agent_intent`, counters, node id). */
export type ExecutionContext = z.input<typeof executionContext>;

/**
 * What may be done with a call that was started and never finished:
 * `retry` = safe to repeat with the same idempotency key, `probe` = ask the tool's probe,
 * `manual` = a person decides.
 */
export type Recovery = 'retry' | 'probe' | 'manual';

/** What a running tool is given beside its input. */
export interface ToolRun {
  readonly tool_name: string;
  readonly receipt_id: string;
  /** The same for every attempt of the same effect. */
  readonly idempotency_key: string;
  readonly attempt: number;
  readonly session_id: string;
  readonly task_id: string;
  readonly run_id: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly scope_enforced: readonly ToolScope[];
  /** Aborted on cancel, time-out and shutdown; a tool that holds resources must listen. */
  readonly signal: AbortSignal;
  /** Tells live observers how far the call is; the kernel records bounded snapshots. */
  readonly onProgress: (data: unknown) => void;
  /**
   * Reaches what the call was granted, redirects included, and rejects for everything else. Of a
   * tool with a process of its own the whole process is held to that, and it has the usual `fetch`.
   */
  readonly fetch: typeof globalThis.fetch;
}

/** Runs the effect. A returned `ToolOutput` is taken as is, anything else becomes its `data`. */
export type ToolHandler = (input: never, run: ToolRun) => unknown;

/** What a probe says of an effect that may or may not have happened. */
export type ProbeAnswer =
  { readonly happened: true; readonly output: ToolOutput } | { readonly happened: false };

/** A function of this process. Nothing confines it but what it was written to do. */
export interface InProcessHandler {
  readonly kind: 'in-process';
  readonly fn: ToolHandler;
}

/** A module that is loaded and run in a process of its own, inside the sandbox. */
export interface SubprocessHandler {
  readonly kind: 'subprocess';
  /** Absolute path of the module. */
  readonly module: string;
  /** Absent: `default`, `run` or `handler`, whichever is there. */
  readonly export?: string;
  /** Absolute paths of what it may read beside its scopes: the code that it is made of. */
  readonly readable: readonly string[];
  /** The section of its pack in workspace.yaml, which it is handed. */
  readonly config?: unknown;
  readonly limits: ProcessLimits;
}

/** What the processes of one call may use. */
export interface ProcessLimits {
  readonly memory_bytes: number;
  readonly output_bytes: number;
  readonly processes: number;
}

/** The pack that a tool came with. */
export interface ToolPack {
  readonly id: string;
  readonly version: string;
  /** `sha256:` and the hash of its files. */
  readonly integrity: string;
  /** What its tools may touch at most; empty adds no restriction. */
  readonly allowed_scopes: readonly ToolScope[];
}

export interface ToolCapability {
  readonly name: string;
  readonly description: string;
  readonly domain: string;
  readonly version: string;
  readonly permission: 'read' | 'write' | 'admin';
  readonly required_scopes: readonly ToolScope[];
  readonly required_env: readonly string[];
  readonly input_schema: z.ZodType;
  readonly output_schema?: z.ZodType | undefined;
  readonly recovery: Recovery;
  readonly timeout_ms: number;
  readonly handler: InProcessHandler | SubprocessHandler;
  readonly probe?: ((key: string, input: unknown) => Promise<ProbeAnswer>) | undefined;
  readonly pack?: ToolPack | undefined;
}

/** A tool as `listGovernedTools` shows it to a host that builds a prompt. */
export interface GovernedTool {
  readonly capability: ToolCapability;
  readonly decision: 'allow' | 'approval_required';
  readonly policy_decisions: readonly PolicyDecision[];
  readonly scope_requested: readonly ToolScope[];
  readonly scope_allowed: readonly ToolScope[];
  readonly scope_enforced: readonly ToolScope[];
}
