/** One POST over undici: no redirects, no timers of its own, and every fault as a failure. */
import { request, type Dispatcher } from 'undici';
import { isRuntimeError, messageOf } from '../../../kernel/index.ts';
import { canceled, failed, permanent, transient, type Failure, type Outcome } from './failure.ts';

export interface Post {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Sends a request; answers as soon as the headers of the response are here. */
export function post(
  { url, headers, body }: Post,
  dispatcher: Dispatcher,
  signal: AbortSignal,
): Promise<Dispatcher.ResponseData> {
  // The deadline is the signal's: undici's own timers are coarse.
  const timers = { headersTimeout: 0, bodyTimeout: 0 };
  return request(url, { method: 'POST', headers, body, dispatcher, signal, ...timers });
}

/** The one value of a header, or nothing. */
export function headerOf(
  { headers }: Pick<Dispatcher.ResponseData, 'headers'>,
  name: string,
): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : value?.[0];
}

/** The two reasons for which a request is stopped from our side. */
export interface StopSignals {
  readonly caller: AbortSignal;
  readonly deadline: AbortSignal;
  /** After how long the deadline stops it. */
  readonly timeoutMs: number;
}

/** Does the work, and turns whatever is thrown in it into a failure. */
export async function guarded<Value>(
  work: () => Promise<Outcome<Value>>,
  signals: StopSignals,
): Promise<Outcome<Value>> {
  try {
    return await work();
  } catch (thrown) {
    return failed(failureOf(thrown, signals));
  }
}

function failureOf(thrown: unknown, { caller, deadline, timeoutMs }: StopSignals): Failure {
  if (caller.aborted) return canceled();
  if (deadline.aborted) {
    const message = `the provider did not answer within timeout_ms (${timeoutMs})`;
    return transient('PROVIDER_TIMEOUT', message, { timeout_ms: timeoutMs });
  }
  if (isRuntimeError(thrown) && thrown.code === 'PROVIDER_MALFORMED_RESPONSE') {
    return permanent(thrown.code, thrown.message, thrown.details);
  }
  const code = codeOf(thrown);
  const make = code === 'UND_ERR_INVALID_ARG' ? permanent : transient;
  return make('PROVIDER_TRANSPORT_ERROR', `the connection failed: ${messageOf(thrown) || code}`);
}

/** The code of a network error: all that one with several addresses has to say. */
function codeOf(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'unknown';
}
