/** One attempt at a turn: one HTTP request, its answer read, and what there is to tell of it. */
import type { Dispatcher } from 'undici';
import type { TurnOutput } from '../../kernel/contract/index.ts';
import type { Clock, TurnOptions, TurnRequest } from '../../kernel/index.ts';
import type { Answer, Dialect } from './dialect.ts';
import { readStream } from './shared/event-stream.ts';
import { failed, malformed, succeeded, type Failure, type Outcome } from './shared/failure.ts';
import { guarded, headerOf, post, type Post } from './shared/http.ts';
import { parseJson } from './shared/json.ts';
import { normalizeTurn } from './shared/normalize.ts';
import { createProgressLog, type ProgressLog } from './shared/progress.ts';
import { errorFactsOf, failureOfStatus } from './shared/provider-error.ts';
import { readLimited, readWhole } from './shared/read-limited.ts';
import { parseRetryAfter } from './shared/retry.ts';
import type { ToolNames } from './shared/tool-names.ts';

/** A turn that is ready to be sent, as often as it takes. */
export interface Plan {
  readonly dialect: Dialect;
  readonly request: TurnRequest;
  readonly names: ToolNames;
  readonly post: Post;
}

export interface Attempt {
  readonly outcome: Outcome<TurnOutput>;
  readonly response_status?: number;
  readonly response_mode: 'streaming' | 'non_streaming';
  readonly progress: ProgressLog;
}

export interface AttemptSeams {
  readonly dispatcher: Dispatcher;
  readonly clock: Clock;
}

/** Sends the request once and reads the answer. Never rejects. */
export async function attemptTurn(
  plan: Plan,
  { signal, onProgress }: TurnOptions,
  { dispatcher, clock }: AttemptSeams,
): Promise<Attempt> {
  const { profile, stream } = plan.request;
  const { timeout_ms: timeoutMs } = profile;
  const signals = { caller: signal, deadline: AbortSignal.timeout(timeoutMs), timeoutMs };
  const either = AbortSignal.any([signals.caller, signals.deadline]);
  const progress = createProgressLog({ kind: plan.dialect.kind, model: profile.model }, onProgress);
  const asked = { progress, response_mode: modeOf(stream) };
  const sent = await guarded(
    async () => succeeded(await post(plan.post, dispatcher, either)),
    signals,
  );
  if (!sent.ok) return { ...asked, outcome: sent };
  const response = sent.value;
  const isStream = isEventStream(response, stream);
  const answer = await guarded(async () => {
    if (!isOk(response)) return failed(await httpFailure(response, plan, clock));
    return isStream ? readFrames(response, plan, progress) : readBody(response, plan);
  }, signals);
  return {
    progress,
    response_mode: modeOf(isStream),
    response_status: response.statusCode,
    outcome: answer.ok ? normalizeTurn(answer.value, frameOf(plan)) : answer,
  };
}

function modeOf(isStream: boolean): Attempt['response_mode'] {
  return isStream ? 'streaming' : 'non_streaming';
}

function isOk({ statusCode }: Dispatcher.ResponseData): boolean {
  return statusCode >= 200 && statusCode < 300;
}

/** Gateways that cannot stream answer in one piece, whatever they were asked for. */
function isEventStream(response: Dispatcher.ResponseData, wasAskedFor: boolean): boolean {
  const type = headerOf(response, 'content-type') ?? '';
  if (type.includes('event-stream')) return true;
  return wasAskedFor && !/json|html/i.test(type);
}

function readFrames(
  { body }: Dispatcher.ResponseData,
  { dialect, request }: Plan,
  progress: ProgressLog,
): Promise<Outcome<Answer>> {
  const pieces = readLimited(body, request.profile.response_bytes_max);
  return readStream(pieces, dialect.openStream(), progress.tell);
}

async function readBody(
  { body }: Dispatcher.ResponseData,
  { dialect, request }: Plan,
): Promise<Outcome<Answer>> {
  const text = await readWhole(body, request.profile.response_bytes_max);
  const parsed = parseJson(text);
  return parsed ? dialect.readAnswer(parsed.value) : malformed('the answer is not JSON', text);
}

const ERROR_BYTES_MAX = 65_536;

/** An error is told by its status; what its body adds is welcome, and missed by nobody. */
async function httpFailure(
  response: Dispatcher.ResponseData,
  { request }: Plan,
  clock: Clock,
): Promise<Failure> {
  const bytesMax = Math.min(ERROR_BYTES_MAX, request.profile.response_bytes_max);
  const text = await readWhole(response.body, bytesMax).catch(() => '');
  const retryAfter = parseRetryAfter(headerOf(response, 'retry-after'), clock.now());
  return failureOfStatus(response.statusCode, errorFactsOf(parseJson(text)?.value), retryAfter);
}

function frameOf({ dialect, request, names }: Plan) {
  return { kind: dialect.kind, model: request.profile.model, intents: request.intents, names };
}
