/** One call on its way through the kernel, and the answers that stand for a refusal. */
import type { z } from 'zod';
import type {
  ExecutionContext,
  PolicyEvaluation,
  ToolCapability,
  ToolOutput,
  ToolScope,
  executionContext,
} from '../contract/index.ts';
import type { ErrorCode } from '../errors.ts';

export type CallContext = z.output<typeof executionContext>;
export type { ExecutionContext };

export interface Call {
  readonly tool: ToolCapability;
  /** Parsed by the tool's schema; what policy sees is what runs. */
  readonly input: Record<string, unknown>;
  /** The input as it was written, where the tool's schema read another one out of it. */
  readonly read_from?: unknown;
  readonly context: CallContext;
  /** Calls of an agent session need an intent; calls of a host stand for themselves. */
  readonly origin: 'session' | 'host';
  readonly effect_id: string;
  readonly attempt: number;
}

export interface CallScopes {
  readonly requested: readonly ToolScope[];
  readonly allowed: readonly ToolScope[];
  readonly enforced: readonly ToolScope[];
}

/** What the kernel makes of a call, with everything that led to it. */
export interface Decision {
  readonly kind: 'allow' | 'deny' | 'approval_required';
  /** The call as policy left it: rules may have changed its input. This is what runs. */
  readonly call: Call;
  /** The input that was asked for, where rules changed it. */
  readonly modified_from?: Record<string, unknown>;
  readonly evaluation: PolicyEvaluation;
  readonly scopes: CallScopes;
  /** sha256 over the canonical bytes of tool, input, session and policy version. */
  readonly digest: string;
  /** Set on a denial. */
  readonly refusal?: ToolOutput;
}

/** A refusal or failure as a value. */
export function failure(
  code: ErrorCode,
  message: string,
  details?: Record<string, unknown>,
): ToolOutput {
  return { success: false, error: { code, message, ...(details && { details }) } };
}

/** What of an output is kept: metadata describes the transport, not the result. */
export function kept(output: ToolOutput): ToolOutput {
  return {
    success: output.success,
    ...(output.data !== undefined && { data: output.data }),
    ...(output.error !== undefined && { error: output.error }),
  };
}

/** The problems of a parse, each with its place. */
export function describeIssues(error: z.ZodError): string {
  return error.issues
    .map((issue) => {
      const place = issue.path.map(String).join('.');
      return place ? `${place}: ${issue.message}` : issue.message;
    })
    .join('; ');
}
