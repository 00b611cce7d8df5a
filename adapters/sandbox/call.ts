/** One call of a tool in its process: the answer, or what ended it, and then the end of it all. */
import {
  isRuntimeError,
  messageOf,
  RuntimeError,
  type SandboxedCall,
  type ToolOutput,
} from '../../kernel/index.ts';
import { endedEarly, limitReached, protocolBroken } from './faults.ts';
import type { LoadedWorker } from './launch.ts';

/** Waits for so many milliseconds; rejects when the signal aborts. */
export type Sleep = (ms: number, signal?: AbortSignal) => Promise<void>;

/** How often memory and processes are looked at. */
const LOOK_EVERY_MS = 50;
/** How long a tool may go on after it was told to stop, until it is ended. */
const GRACE_MS = 500;

/** What came of a call, and the end of the process that it had. */
export interface Called {
  readonly answer: unknown;
  readonly ended: Promise<void>;
}

/**
 * Hands the call to a loaded worker. Once there is an answer, the process and all that it started
 * are told to end by the system, and are not asked. A failure is answered when they are gone.
 */
export async function callWorker(
  worker: LoadedWorker,
  call: SandboxedCall,
  sleep: Sleep,
): Promise<Called> {
  const done = new AbortController();
  try {
    const answer = await Promise.race([
      answerOf(worker, call),
      limitsBroken(worker, call, sleep, done.signal),
      stopAsked(worker, call, sleep, done.signal),
    ]);
    return { answer, ended: worker.end() };
  } catch (error) {
    await worker.end();
    return { answer: failed(error), ended: Promise.resolve() };
  } finally {
    done.abort();
  }
}

/** A failure as the answer of a tool. */
export function failed(error: unknown): ToolOutput {
  if (!isRuntimeError(error)) {
    return { success: false, error: { code: 'TOOL_EXECUTION_FAILED', message: messageOf(error) } };
  }
  const { code, message, details } = error;
  const hasDetails = Object.keys(details).length > 0;
  return { success: false, error: { code, message, ...(hasDetails && { details }) } };
}

function answerOf({ process }: LoadedWorker, { profile, input, config, run }: SandboxedCall) {
  return new Promise<unknown>((resolve, reject) => {
    process.listen(
      (received) => {
        switch (received.type) {
          case 'progress':
            return run.onProgress(received.data);
          case 'answer':
            return resolve(received.value);
          case 'failed':
            return reject(new RuntimeError('TOOL_EXECUTION_FAILED', received.message));
          case 'rubbish':
            return reject(protocolBroken(profile, received.line));
          default:
            return reject(protocolBroken(profile, received.type));
        }
      },
      (bytes) => {
        if (bytes > profile.limits.output_bytes) reject(limitReached(profile, 'output_bytes'));
      },
    );
    void process.ended.then((ending) => reject(endedEarly(profile, ending, process.printed)));
    const { signal: _, onProgress: __, ...plain } = run;
    process.send({ type: 'call', input, run: { ...plain, config } });
  });
}

async function limitsBroken(
  { process }: LoadedWorker,
  { profile }: SandboxedCall,
  sleep: Sleep,
  done: AbortSignal,
): Promise<never> {
  const { processes, memory_bytes } = profile.limits;
  for (;;) {
    await sleep(LOOK_EVERY_MS, done);
    const usage = await process.usage();
    if (usage.processes > processes) throw limitReached(profile, 'processes');
    if (usage.memory_bytes > memory_bytes) throw limitReached(profile, 'memory_bytes');
  }
}

/** Tells the tool to stop, and gives up on it after the grace. */
async function stopAsked(
  { process }: LoadedWorker,
  { run }: SandboxedCall,
  sleep: Sleep,
  done: AbortSignal,
): Promise<never> {
  await aborted(run.signal, done);
  const reason: unknown = run.signal.reason;
  // Who closes the runtime has waited already.
  if (isRuntimeError(reason) && reason.code === 'RUNTIME_CLOSED') throw reason;
  process.send({ type: 'abort', message: messageOf(reason) });
  await sleep(GRACE_MS, done);
  throw reason;
}

function aborted(signal: AbortSignal, done: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return resolve();
    signal.addEventListener('abort', () => resolve(), { once: true, signal: done });
    done.addEventListener('abort', () => reject(new Error('the call is over')), { once: true });
  });
}
