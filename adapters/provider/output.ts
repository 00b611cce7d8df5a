/** What the kernel gets of a turn: the turn or the error, and how it came about. No credential. */
import type { ToolOutput, TurnOutput } from '../../kernel/contract/index.ts';
import type { TurnRequest } from '../../kernel/index.ts';
import type { Attempt, Plan } from './attempt.ts';
import type { Failure } from './shared/failure.ts';

type Facts = Readonly<Record<string, unknown>>;

/** The output of a turn that was tried `attemptCount` times. */
export function outputOf(last: Attempt, attemptCount: number, plan: Plan): ToolOutput<TurnOutput> {
  const { outcome, progress, response_mode, response_status } = last;
  const { profile } = plan.request;
  const place: Facts = {
    request_url: publicUrl(plan.post.url, profile.api_key),
    ...(response_status !== undefined && { response_status }),
  };
  const metadata: Facts = {
    ...metadataOf(plan.request, attemptCount),
    ...place,
    response_mode,
  };
  if (!outcome.ok) {
    return { success: false, error: errorOf(outcome.failure, plan.request, place), metadata };
  }
  const streamed = response_mode === 'streaming' && progress.metadataOf(outcome.value);
  return { success: true, data: outcome.value, metadata: { ...metadata, ...streamed } };
}

/** The output of a turn for which nothing was sent. */
export function unsentOutput(failure: Failure, request: TurnRequest): ToolOutput<TurnOutput> {
  return {
    success: false,
    error: errorOf(failure, request, {}),
    metadata: metadataOf(request, 0),
  };
}

function metadataOf({ profile }: TurnRequest, attemptCount: number): Facts {
  return {
    provider_kind: profile.provider,
    provider_call_count: attemptCount,
    configured_base_url: publicUrl(profile.base_url, profile.api_key),
  };
}

function errorOf({ code, message, details }: Failure, { profile }: TurnRequest, place: Facts) {
  const told = (text: string): string => quoted(text, profile.api_key);
  const facts = Object.entries(details).map(([key, value]): [string, unknown] => [
    key,
    typeof value === 'string' ? told(value) : value,
  ]);
  return {
    code,
    message: `Model profile ${profile.name}: ${told(message)}`,
    details: { provider_kind: profile.provider, ...place, ...Object.fromEntries(facts) },
  };
}

const QUOTE_LENGTH_MAX = 500;
const REDACTED = '[redacted]';

/** Foreign text in short. The credential goes first: cutting must not leave a part of it. */
function quoted(text: string, secret: string): string {
  return withoutSecret(text, secret).slice(0, QUOTE_LENGTH_MAX);
}

function withoutSecret(text: string, secret: string): string {
  return secret === '' ? text : text.replaceAll(secret, REDACTED);
}

/** The URL as it may be told: some gateways take the credential in the query. */
function publicUrl(url: string, secret: string): string {
  const query = url.indexOf('?');
  return query === -1 ? url : url.slice(0, query) + withoutSecret(url.slice(query), secret);
}
