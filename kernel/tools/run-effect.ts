/**
 * The one path on which an effect happens: the log is asked, the start is on disk, the tool runs,
 * the end is staged. If the start cannot be written, nothing runs.
 */
import type { ToolCapability, ToolOutput, ToolScope } from '../contract/index.ts';
import type { Alarm, Clock, Journal } from '../ports.ts';
import { failure, type Call, type Decision } from './call.ts';
import { invoke, type Invocation } from './invoke.ts';
import { openProgress, type EffectProgress, type Progress } from './progress.ts';
import { recall } from './recall.ts';
import type { Perform, PlainRun } from '../sandbox/handler.ts';
import {
  receiptId,
  stageClosing,
  stageDenied,
  stageStarted,
  type Installation,
  type Warrant,
} from './stage.ts';

export interface EffectEnvironment {
  readonly clock: Clock;
  readonly alarm: Alarm;
  /** What runs a tool: its own function, or the sandbox around its module. */
  readonly performerOf: (tool: ToolCapability) => Perform;
  /** Looks where the arguments of a call really lead; answers a refusal, or nothing. */
  readonly inspectPlaces: (
    call: Call,
    enforced: readonly ToolScope[],
  ) => Promise<ToolOutput | undefined>;
  readonly installation: Installation;
  /** Live observers hear of progress; what they hear is never the last word. */
  readonly onProgress: (progress: EffectProgress) => void;
}

export interface EffectRequest {
  readonly call: Call;
  readonly decision: Decision;
  readonly journal: Journal;
  readonly signal: AbortSignal;
  /** Content hash of the input, where the caller keeps the input itself elsewhere. */
  readonly input_hash?: string | undefined;
  /** The word of a person that this start rests on. */
  readonly warrant?: Warrant | undefined;
  /** Staged in the same batch as the end of the effect, whatever that end is. */
  readonly alongside?: ((output: ToolOutput) => void) | undefined;
}

export type EffectResult =
  | { readonly kind: 'finished'; readonly output: ToolOutput; readonly duration_ms: number }
  | { readonly kind: 'in_doubt'; readonly message: string };

/** What a call was to run on does not hold any more. */
export interface GrantVoid {
  readonly kind: 'grant_void';
}

/**
 * Runs an effect once, or answers what the log says of it.
 * @throws RuntimeError STORE_WRITE_FAILED (nothing ran) or RUNTIME_CLOSED (a shutdown cut it off;
 * the log says started, and the next start of the runtime takes it from there).
 */
export async function runEffect(
  environment: EffectEnvironment,
  request: EffectRequest,
): Promise<EffectResult> {
  const ready = await approach(environment, request);
  return ready.kind === 'ready' ? start(environment, request, ready.restart) : ready;
}

/**
 * The same on the word of a person: `redeem` uses an approval up in the batch of the start, or
 * looks for a grant again. Where it answers nothing, as that ended a moment ago, nothing runs.
 */
export async function runGranted(
  environment: EffectEnvironment,
  request: EffectRequest,
  redeem: () => Warrant | undefined,
): Promise<EffectResult | GrantVoid> {
  const ready = await approach(environment, request);
  if (ready.kind !== 'ready') return ready;
  // From here to the staged start nothing is awaited: two calls cannot both be let through.
  const warrant = redeem();
  return warrant
    ? start(environment, { ...request, warrant }, ready.restart)
    : { kind: 'grant_void' };
}

interface Ready {
  readonly kind: 'ready';
  readonly restart: number;
}

/** All that comes before a start: what the log says, and where the arguments really lead. */
async function approach(
  { inspectPlaces }: EffectEnvironment,
  { call, decision, journal, alongside = () => {} }: EffectRequest,
): Promise<Ready | EffectResult> {
  const recollection = await recall(call, journal, alongside);
  if (recollection.kind === 'recorded') return { ...recollection, kind: 'finished' };
  if (recollection.kind === 'in_doubt') return recollection;
  const outside = await inspectPlaces(call, decision.scopes.enforced);
  if (!outside) return { kind: 'ready', restart: recollection.restart };
  stageDenied(journal, call, outside, decision.evaluation.decisions);
  alongside(outside);
  return { kind: 'finished', output: outside, duration_ms: 0 };
}

async function start(
  environment: EffectEnvironment,
  request: EffectRequest,
  restart: number,
): Promise<EffectResult> {
  const { call, decision, journal, warrant } = request;
  const input_hash = request.input_hash ?? journal.stageBlob(call.input);
  const facts = { call, restart, decision, input_hash, warrant };
  stageStarted(journal, environment.installation, facts);
  journal.noteCall({ tool_name: call.tool.name, input: call.input });
  await journal.commit();

  const begun = environment.clock.now();
  const tried = { receipt_id: receiptId(call, restart), restart };
  const progress = openProgress(environment, request, tried);
  const invocation = await invoke(call, toolRun(request, tried.receipt_id, progress), {
    clock: environment.clock,
    alarm: environment.alarm,
    signal: request.signal,
    perform: environment.performerOf(call.tool),
  });
  progress.end();
  // A clock that was set back meanwhile must not make a duration of less than nothing.
  const duration_ms = Math.max(0, environment.clock.now() - begun);
  return settle(request, invocation, { ...tried, duration_ms });
}

interface Facts {
  readonly receipt_id: string;
  readonly restart: number;
  readonly duration_ms: number;
}

function settle(request: EffectRequest, invocation: Invocation, facts: Facts): EffectResult {
  const { call, journal } = request;
  const { duration_ms } = facts;
  const isShutdown = request.signal.aborted && codeOf(request.signal.reason) === 'RUNTIME_CLOSED';
  if (isShutdown) throw request.signal.reason;
  const record = {
    ...facts,
    effect_id: call.effect_id,
    attempt: call.attempt,
    tool_name: call.tool.name,
  };
  if (invocation.kind === 'unknown') {
    const { code, message } = invocation.reason;
    const output = failure(code, `${message}, and it did not stop when told to`);
    const context = call.context;
    stageClosing(journal, { kind: 'tool_call_crashed', record, context, output, duration_ms });
    return { kind: 'in_doubt', message: output.error?.message ?? message };
  }
  const { output, metadata, sandboxed } = invocation;
  stageClosing(journal, {
    kind: 'tool_call_finished',
    record,
    context: call.context,
    output,
    duration_ms,
    artifacts_written: artifactsOf(metadata),
    sandboxed,
  });
  request.alongside?.(output);
  const withMetadata = Object.keys(metadata).length > 0 ? { ...output, metadata } : output;
  return { kind: 'finished', output: withMetadata, duration_ms };
}

const codeOf = (reason: unknown): unknown => (reason as { code?: unknown } | undefined)?.code;

function artifactsOf(metadata: Readonly<Record<string, unknown>>): readonly string[] {
  const written = metadata['artifacts_written'];
  return Array.isArray(written) ? written.filter((one) => typeof one === 'string') : [];
}

function toolRun(
  { call, decision }: EffectRequest,
  receipt_id: string,
  { onProgress }: Progress,
): Omit<PlainRun, 'signal'> {
  const { session_id, task_id, run_id, metadata = {} } = call.context;
  const { effect_id, attempt } = call;
  return {
    tool_name: call.tool.name,
    receipt_id,
    idempotency_key: effect_id,
    attempt,
    session_id,
    task_id,
    run_id,
    // Copies: what a tool does to its run must not reach the next one.
    metadata: structuredClone(metadata),
    scope_enforced: structuredClone(decision.scopes.enforced),
    onProgress,
  };
}
