/** Errors that a provider answers with: by HTTP status, or in the body of an answer that is ok. */
import { failed, permanent, transient, type Failure, type Outcome } from './failure.ts';
import { isJsonObject } from './json.ts';

/** What a provider says of its error, in the vendors' common form `{error: {code, message}}`. */
export interface ErrorFacts {
  readonly provider_code?: string;
  readonly provider_message?: string;
}

/** The error that a body holds; nothing where it holds none. */
export function errorFactsOf(body: unknown): ErrorFacts | undefined {
  const error = isJsonObject(body) ? body['error'] : undefined;
  if (typeof error === 'string') return { provider_message: error };
  if (!isJsonObject(error)) return undefined;
  const code = error['code'] ?? error['type'];
  const message = error['message'];
  return {
    ...((typeof code === 'string' || typeof code === 'number') && { provider_code: String(code) }),
    ...(typeof message === 'string' && { provider_message: message }),
  };
}

/** The failure of an answer whose HTTP status says so. */
export function failureOfStatus(
  status: number,
  facts: ErrorFacts = {},
  retryAfterMs?: number,
): Failure {
  const hint = status >= 300 && status < 400 ? ', and redirects are not followed' : '';
  const message = `the provider answered ${status}${hint}${saidBy(facts)}`;
  return { ...failureOf(status, message, facts), retryAfterMs };
}

/** The failure that a body or a stream frame holds although the HTTP status was ok. */
export function failureInBody(body: unknown): Outcome<never> | undefined {
  const facts = errorFactsOf(body);
  if (!facts) return undefined;
  const message = `the provider broke off with an error${saidBy(facts)}`;
  return failed(failureOf(statusInBody(facts), message, facts));
}

function failureOf(status: number, message: string, facts: ErrorFacts): Failure {
  const make = isTransient(status, facts) ? transient : permanent;
  return make(codeOfStatus(status), message, { ...facts });
}

function saidBy({ provider_code, provider_message }: ErrorFacts): string {
  return [provider_code, provider_message].map((part) => (part ? `: ${part}` : '')).join('');
}

function codeOfStatus(status: number): Failure['code'] {
  if (status === 401) return 'PROVIDER_AUTHENTICATION_FAILED';
  if (status === 429) return 'PROVIDER_RATE_LIMITED';
  return 'PROVIDER_HTTP_ERROR';
}

/** Timeouts, conflicts, rate limits and server errors pass; an empty account does not. */
function isTransient(status: number, { provider_code }: ErrorFacts): boolean {
  if (provider_code === 'insufficient_quota') return false;
  return status === 408 || status === 409 || status === 429 || status >= 500;
}

/** The statuses that the vendors document for the errors which they also send in a stream. */
const STATUS_OF_CODE: Readonly<Record<string, number>> = {
  authentication_error: 401,
  rate_limit_error: 429,
  rate_limit_exceeded: 429,
  api_error: 500,
  server_error: 500,
  timeout_error: 504,
  overloaded_error: 529,
};

const STATUS_UNKNOWN = 400;

/** Gateways also put the status itself into `code`. */
function statusInBody({ provider_code = '' }: ErrorFacts): number {
  if (/^[45]\d\d$/.test(provider_code)) return Number(provider_code);
  return Object.hasOwn(STATUS_OF_CODE, provider_code)
    ? (STATUS_OF_CODE[provider_code] ?? STATUS_UNKNOWN)
    : STATUS_UNKNOWN;
}
