/** Runs a tool's handler inside its bounds: a deadline, an abort, and a grace to heed either. */
import { z } from 'zod';
import { toolOutput, type ToolOutput } from '../contract/index.ts';
import { canonicalJson } from '../canonical.ts';
import { isRuntimeError, messageOf, RuntimeError } from '../errors.ts';
import type { Alarm, Clock } from '../ports.ts';
import { describeIssues, failure, kept, type Call } from './call.ts';
import { copyOf } from './input.ts';
import type { Perform, Performance, PlainRun } from '../sandbox/handler.ts';

/** How long a tool may go on after it was told to stop, until its outcome counts as unknown. */
const GRACE_MS = 2_000;
const OUTPUT_LENGTH_MAX = 16 * 1024 * 1024;

export type Invocation =
  | Answered
  /** Told to stop and did not: nobody knows whether the effect happened. */
  | { readonly kind: 'unknown'; readonly reason: RuntimeError };

interface Answered {
  readonly kind: 'answered';
  readonly output: ToolOutput;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** What was in force, and what was left, of a tool with a process of its own. */
  readonly sandboxed?: Sandboxed | undefined;
}

interface Bounds {
  readonly clock: Clock;
  readonly alarm: Alarm;
  readonly signal: AbortSignal;
  readonly perform: Perform;
}

/** Runs the handler until it answers, or until it was told to stop and the grace is over. */
export async function invoke(
  call: Call,
  run: Omit<PlainRun, 'signal'>,
  { clock, alarm, signal, perform }: Bounds,
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
    return await Promise.race([
      answerOf(call, perform, { ...run, signal: stop.signal }),
      grace.over,
    ]);
  } finally {
    grace.cancel();
    silence();
    signal.removeEventListener('abort', onAbort);
  }
}

/** What is known of a call in the sandbox beside its answer. */
export type Sandboxed = Omit<Performance, 'answer'>;

const answered = (output: ToolOutput, sandboxed?: Sandboxed): Invocation => ({
  kind: 'answered',
  output: kept(output),
  metadata: output.metadata ?? {},
  sandboxed,
});

const reasonOf = (signal: AbortSignal): RuntimeError =>
  isRuntimeError(signal.reason)
    ? signal.reason
    : new RuntimeError('OPERATION_CANCELED', 'The call was canceled');

const stopped = (signal: AbortSignal): ToolOutput => {
  const reason = reasonOf(signal);
  return failure(reason.code, reason.message);
};

async function answerOf(call: Call, perform: Perform, run: PlainRun): Promise<Invocation> {
  try {
    const { answer, ...sandboxed } = await perform(call.input, run);
    return answered(normalize(call, answer), sandboxed);
  } catch (thrown) {
    if (run.signal.aborted) return answered(stopped(run.signal));
    return answered(failure('TOOL_EXECUTION_FAILED', messageOf(thrown)));
  }
}

/** What a tool answered, as a copy of our own: it is recorded, told and returned as the same. */
function normalize({ tool }: Call, answer: unknown): ToolOutput {
  const invalid = (why: string): ToolOutput => failure('INVALID_OUTPUT', `${tool.name} ${why}`);
  const copy = copyOf(answer);
  if ('unfit' in copy) return invalid(`answered what is ${copy.unfit}`);
  const output = outputOf(copy.value);
  if (!output) return invalid('answered a failure that is none: it takes an error with a code');
  const parsed = output.success ? tool.output_schema?.safeParse(output.data) : undefined;
  if (parsed && !parsed.success) return invalid(`answered ${describeIssues(parsed.error)}`);
  const { length } = canonicalJson(kept(output));
  if (length <= OUTPUT_LENGTH_MAX) return output;
  return invalid(`answered ${length} characters, at most ${OUTPUT_LENGTH_MAX} are taken`);
}

/** Reads an answer as an output; undefined where it says that it failed, and not how. */
function outputOf(answer: unknown): ToolOutput | undefined {
  const { data: output } = toolOutput.safeParse(answer);
  if (output && output.success === (output.error === undefined)) return output;
  return failed.safeParse(answer).success ? undefined : { success: true, data: answer };
}

/** A failure that is told in another shape must never pass for the data of a success. */
const failed = z.union([
  z.looseObject({ success: z.literal(false) }),
  z.looseObject({ success: z.literal(true), error: z.unknown().refine((error) => error != null) }),
]);

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
