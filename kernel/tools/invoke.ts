/** Runs a tool's handler inside its bounds: a deadline, an abort, and a grace to heed either. */
import { toolOutput, type ToolOutput } from '../contract/index.ts';
import { canonicalJson } from '../canonical.ts';
import { isRuntimeError, messageOf, RuntimeError } from '../errors.ts';
import type { Alarm, Clock } from '../ports.ts';
import { describeIssues, failure, kept, type Call } from './call.ts';
import type { ToolRun } from '../contract/index.ts';

/** How long a tool may go on after it was told to stop, until its outcome counts as unknown. */
const GRACE_MS = 2_000;
const OUTPUT_BYTES_MAX = 16 * 1024 * 1024;

export type Invocation =
  | { readonly kind: 'answered'; readonly output: ToolOutput; readonly metadata: Metadata }
  /** Told to stop and did not: nobody knows whether the effect happened. */
  | { readonly kind: 'unknown'; readonly reason: RuntimeError };

type Metadata = Readonly<Record<string, unknown>>;

interface Bounds {
  readonly clock: Clock;
  readonly alarm: Alarm;
  readonly signal: AbortSignal;
}

/** Runs the handler until it answers, or until it was told to stop and the grace is over. */
export async function invoke(
  call: Call,
  run: Omit<ToolRun, 'signal'>,
  { clock, alarm, signal }: Bounds,
): Promise<Invocation> {
  const stop = new AbortController();
  const onAbort = (): void => stop.abort(signal.reason);
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  const silence = alarm.set(clock.now() + call.tool.timeout_ms, () => {
    const message = `${call.tool.name} did not answer within ${call.tool.timeout_ms} ms`;
    stop.abort(new RuntimeError('TOOL_TIMEOUT', message));
  });
  const grace = untilGraceIsOver(stop.signal, clock, alarm);
  try {
    if (stop.signal.aborted) return answered(stopped(stop.signal));
    return await Promise.race([perform(call, { ...run, signal: stop.signal }), grace.over]);
  } finally {
    grace.cancel();
    silence();
    signal.removeEventListener('abort', onAbort);
  }
}

const answered = (output: ToolOutput): Invocation => ({
  kind: 'answered',
  output: kept(output),
  metadata: output.metadata ?? {},
});

const reasonOf = (signal: AbortSignal): RuntimeError =>
  isRuntimeError(signal.reason)
    ? signal.reason
    : new RuntimeError('OPERATION_CANCELED', 'The call was canceled');

const stopped = (signal: AbortSignal): ToolOutput => {
  const reason = reasonOf(signal);
  return failure(reason.code, reason.message);
};

async function perform(call: Call, run: ToolRun): Promise<Invocation> {
  try {
    const answer = await call.tool.handler.fn(call.input as never, run);
    return answered(normalize(call, answer));
  } catch (thrown) {
    if (run.signal.aborted) return answered(stopped(run.signal));
    return answered(failure('TOOL_EXECUTION_FAILED', messageOf(thrown)));
  }
}

function normalize(call: Call, answer: unknown): ToolOutput {
  const output = isToolOutput(answer) ? answer : { success: true, data: answer };
  const { output_schema } = call.tool;
  const parsed = output.success && output_schema ? output_schema.safeParse(output.data) : undefined;
  if (parsed && !parsed.success) {
    const message = `${call.tool.name} answered ${describeIssues(parsed.error)}`;
    return failure('INVALID_OUTPUT', message);
  }
  try {
    const text = canonicalJson(kept(output));
    if (text.length <= OUTPUT_BYTES_MAX) return output;
    const size = `${text.length} characters, at most ${OUTPUT_BYTES_MAX} are taken`;
    return failure('INVALID_OUTPUT', `${call.tool.name} answered ${size}`);
  } catch (cause) {
    return failure('INVALID_OUTPUT', `${call.tool.name}: ${messageOf(cause)}`);
  }
}

function isToolOutput(answer: unknown): answer is ToolOutput {
  const looksLikeOne =
    typeof answer === 'object' &&
    answer !== null &&
    typeof (answer as ToolOutput).success === 'boolean';
  return looksLikeOne && toolOutput.safeParse(answer).success;
}

/** Resolves as `unknown` when a stop was asked for and the grace has passed. */
function untilGraceIsOver(
  stop: AbortSignal,
  clock: Clock,
  alarm: Alarm,
): { readonly over: Promise<Invocation>; readonly cancel: () => void } {
  let cancel = (): void => {};
  const over = new Promise<Invocation>((resolve) => {
    const begin = (): void => {
      cancel = alarm.set(clock.now() + GRACE_MS, () =>
        resolve({ kind: 'unknown', reason: reasonOf(stop) }),
      );
    };
    if (stop.aborted) begin();
    else stop.addEventListener('abort', begin, { once: true });
  });
  return { over, cancel: () => cancel() };
}
