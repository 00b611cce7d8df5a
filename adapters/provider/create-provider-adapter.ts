/**
 * The provider adapter: picks the dialect of the profile, tries until the turn is there or no
 * further try would help, and answers with a value in every case.
 */
import { Agent, type Dispatcher } from 'undici';
import type { Clock, ModelAdapter, TurnOptions, TurnRequest } from '../../kernel/index.ts';
import { attemptTurn, type Attempt, type AttemptSeams, type Plan } from './attempt.ts';
import type { Dialect, ProviderKind } from './dialect.ts';
import { endpointOf } from './endpoint.ts';
import { messagesCompatible } from './messages-compatible/index.ts';
import { openaiCompatible } from './openai-compatible/index.ts';
import { outputOf, unsentOutput } from './output.ts';
import { canceled, failed, permanent, succeeded, type Outcome } from './shared/failure.ts';
import { retryDelayMs } from './shared/retry.ts';
import { createToolNames } from './shared/tool-names.ts';

export interface ProviderAdapterOptions {
  /** Reads the present instant, for a `Retry-After` that is a date. */
  readonly clock: Clock;
  /** A number from 0 up to 1, for the jitter of the backoff. */
  readonly random: () => number;
  /** Waits before a retry; settles in any way as soon as the signal is aborted. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<unknown>;
  /** Default: an agent of this adapter's own, which `close` closes. */
  readonly dispatcher?: Dispatcher;
}

export interface ProviderAdapter extends ModelAdapter {
  /** Closes the connections that are kept alive. */
  readonly close: () => Promise<void>;
}

const DIALECTS: Readonly<Record<ProviderKind, Dialect>> = {
  openai_compatible: openaiCompatible,
  messages_compatible: messagesCompatible,
};

/**
 * Makes the adapter that performs model turns over HTTP, for both provider kinds.
 * Every failure is a value: with a PROVIDER_ code, OPERATION_CANCELED after an abort, or
 * CONFIGURATION_ERROR for a base URL that is none. No text of it holds the credential.
 * @example
 * const adapter = createProviderAdapter({ clock, random, sleep });
 * const output = await adapter.executeTurn(request, { signal, onProgress });
 */
export function createProviderAdapter(options: ProviderAdapterOptions): ProviderAdapter {
  const dispatcher = options.dispatcher ?? new Agent();
  const seams = { ...options, dispatcher };
  return {
    executeTurn: async (request, turn) => {
      const plan = planTurn(request);
      if (!plan.ok) return unsentOutput(plan.failure, request);
      const { last, attemptCount } = await attemptUntilDone(plan.value, turn, seams);
      return outputOf(last, attemptCount, plan.value);
    },
    close: async () => {
      if (!options.dispatcher) await dispatcher.close();
    },
  };
}

function planTurn(request: TurnRequest): Outcome<Plan> {
  const { profile, tools, stream } = request;
  if (!Object.hasOwn(DIALECTS, profile.provider)) {
    return failed(permanent('PROVIDER_UNSUPPORTED', `unknown provider kind ${profile.provider}`));
  }
  const dialect = DIALECTS[profile.provider];
  const url = endpointOf(dialect.kind, profile.base_url);
  if (url === undefined) {
    return failed(permanent('CONFIGURATION_ERROR', 'base_url is no plain http or https URL'));
  }
  const toolNames = tools.map(({ name }) => name);
  const names = createToolNames(toolNames, dialect.reservedNames);
  const headers = {
    'content-type': 'application/json',
    accept: stream ? 'text/event-stream' : 'application/json',
    'idempotency-key': request.idempotency_key,
    ...dialect.headersOf(profile, url),
  };
  const body = JSON.stringify(dialect.bodyOf(request, names));
  return succeeded({ dialect, request, names, post: { url, headers, body } });
}

async function attemptUntilDone(
  plan: Plan,
  turn: TurnOptions,
  seams: AttemptSeams & Pick<ProviderAdapterOptions, 'random' | 'sleep'>,
): Promise<{ readonly last: Attempt; readonly attemptCount: number }> {
  for (let attemptIndex = 0; ; attemptIndex += 1) {
    const last = await attemptTurn(plan, turn, seams);
    const attemptCount = attemptIndex + 1;
    const { outcome, progress } = last;
    const isLast = attemptIndex >= plan.request.profile.retries_max;
    if (outcome.ok || !outcome.failure.isTransient || isLast) return { last, attemptCount };
    if (progress.hasTold()) progress.tell('');
    const delayMs = retryDelayMs(attemptIndex, outcome.failure, seams.random);
    // An aborted sleep may reject; the signal says whether it was one.
    await seams.sleep(delayMs, turn.signal).catch(() => undefined);
    if (turn.signal.aborted)
      return { last: { ...last, outcome: failed(canceled()) }, attemptCount };
  }
}
