/** The evidence entries of a call, staged in the journal of its session. */
import type { PolicyDecision, ToolCapability, ToolOutput, UsedGrant } from '../contract/index.ts';
import type { EffectRecord, Journal } from '../ports.ts';
import type { Sandboxed } from './invoke.ts';
import { kept, type Call, type CallContext, type Decision } from './call.ts';

/** Facts of this installation that every started entry names. */
export interface Installation {
  readonly policy_version: string;
  readonly workspace_config_hash: string;
  readonly runtime_version: string;
}

export const receiptId = (call: Call, restart: number): string =>
  `${call.effect_id}#${call.attempt}${restart > 0 ? `.${restart}` : ''}`;

const effectOf = (call: Call, restart: number) => ({
  receipt_id: receiptId(call, restart),
  effect_id: call.effect_id,
  attempt: call.attempt,
  restart,
  tool_name: call.tool.name,
  run_id: call.context.run_id,
  task_id: call.context.task_id,
});

/** What a start rests on that policy alone does not allow: a person's word. */
export type Warrant =
  | { readonly basis: 'approval'; readonly request_id: string }
  | { readonly basis: 'grant'; readonly request_id: string; readonly grant: UsedGrant };

export interface Start {
  readonly call: Call;
  readonly restart: number;
  readonly decision: Decision;
  readonly input_hash: string;
  readonly warrant?: Warrant | undefined;
}

/** Stages that the effect is about to run. Only a commit after this may let it. */
export function stageStarted(journal: Journal, installation: Installation, start: Start): void {
  const { call, decision, warrant = { basis: 'allow' as const } } = start;
  journal.stage({
    kind: 'tool_call_started',
    ...effectOf(call, start.restart),
    tool_version: call.tool.version,
    execution_mode: call.tool.handler.kind,
    recovery: call.tool.recovery,
    input_hash: start.input_hash,
    ...warrant,
    ...(decision.modified_from && { modified_from: journal.stageBlob(decision.modified_from) }),
    digest: decision.digest,
    ...installation,
    scope_requested: [...decision.scopes.requested],
    scope_allowed: [...decision.scopes.allowed],
    scope_enforced: [...decision.scopes.enforced],
    policy_decisions: [...decision.evaluation.decisions],
    ...packOf(call.tool),
    ...askedOf(journal, call),
  });
}

/** What was asked for, beside the input: without it nobody could decide on the request again. */
export const askedOf = (journal: Journal, { read_from, context: { metadata } }: Call) => ({
  ...(read_from !== undefined && { read_from: journal.stageBlob(read_from) }),
  ...(metadata && { metadata }),
});

const packOf = ({ pack }: ToolCapability) =>
  pack && { pack_id: pack.id, pack_version: pack.version, pack_integrity: pack.integrity };

export interface Closing {
  readonly kind: 'tool_call_finished' | 'tool_call_crashed';
  readonly record: Pick<
    EffectRecord,
    'receipt_id' | 'effect_id' | 'attempt' | 'restart' | 'tool_name'
  >;
  readonly context: CallContext;
  readonly output: ToolOutput;
  readonly duration_ms: number;
  readonly artifacts_written?: readonly string[];
  readonly sandboxed?: Sandboxed | undefined;
}

const errorOf = (output: ToolOutput) =>
  output.error ? { error: { code: output.error.code, message: output.error.message } } : {};

/** Stages how an effect ended. */
export function stageClosing(journal: Journal, closing: Closing): void {
  const { record, context, output } = closing;
  const facts = {
    receipt_id: record.receipt_id,
    effect_id: record.effect_id,
    attempt: record.attempt,
    restart: record.restart,
    tool_name: record.tool_name,
    run_id: context.run_id,
    task_id: context.task_id,
    duration_ms: closing.duration_ms,
    ...errorOf(output),
    output_hash: journal.stageBlob(kept(output)),
  };
  if (closing.kind === 'tool_call_crashed') {
    journal.stage({ kind: closing.kind, ...facts, result: 'crashed' });
    return;
  }
  journal.stage({
    kind: closing.kind,
    ...facts,
    result: output.success ? 'success' : 'failure',
    artifacts_written: [...(closing.artifacts_written ?? [])],
    ...sandboxedFacts(closing.sandboxed),
  });
}

const sandboxedFacts = ({ facts, artifacts }: Sandboxed = {}) => ({
  ...(facts && { sandbox: facts }),
  ...(artifacts && artifacts.length > 0 && { artifacts: [...artifacts] }),
});

/** Stages that nothing ran, and why. */
export function stageDenied(
  journal: Journal,
  call: Call,
  output: ToolOutput,
  decisions: readonly PolicyDecision[],
): void {
  journal.stage({
    kind: 'tool_call_denied',
    ...effectOf(call, 0),
    result: 'denied',
    duration_ms: 0,
    ...errorOf(output),
    input_hash: journal.stageBlob(call.input),
    output_hash: journal.stageBlob(kept(output)),
    policy_decisions: [...decisions],
    ...askedOf(journal, call),
  });
}
