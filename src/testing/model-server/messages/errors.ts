/** How the Messages API words its refusals. */
import { assertNever } from '../../../../kernel/index.ts';
import type { Flaw, Path, Problem } from '../problems.ts';
import type { Refusal } from '../contract.ts';
import type { Trouble } from '../wire-format.ts';

/** A 400, as nearly all refusals are. */
export function invalidRequest(message: string): Refusal {
  return { status: 400, type: 'invalid_request_error', message };
}

/** Words the problem of a body; the body is needed to name the kinds of blocks on the way. */
export function describeProblem(problem: Problem, body: unknown): Refusal {
  const { path, value, flaw } = problem;
  if (flaw.kind === 'not_a_choice' && path[0] === 'messages' && path.at(-1) === 'role') {
    return describeRole(value);
  }
  const at = placeOf(path, body, flaw);
  if (flaw.kind === 'unknown_keys') {
    return invalidRequest(`${[at, flaw.keys[0]].filter(Boolean).join('.')}: ${describeFlaw(flaw)}`);
  }
  return invalidRequest(`${at}: ${describeFlaw(flaw, value)}`);
}

function describeRole(role: unknown): Refusal {
  if (role === 'system') {
    return invalidRequest(
      'messages: Unexpected role "system". The Messages API accepts a top-level `system` ' +
        'parameter, not "system" as an input message role.',
    );
  }
  return invalidRequest(
    `messages: Unexpected role ${JSON.stringify(role)}. Allowed roles are "user" or "assistant".`,
  );
}

function describeFlaw(flaw: Flaw, value?: unknown): string {
  switch (flaw.kind) {
    case 'missing':
      return 'Field required';
    case 'unknown_keys':
      return 'Extra inputs are not permitted';
    case 'wrong_type':
      return `Input should be a valid ${SPOKEN_TYPES[flaw.expected] ?? flaw.expected}`;
    case 'not_a_choice':
      return flaw.is_tag
        ? describeTag(value, flaw.choices)
        : `Input should be ${flaw.choices.map((choice) => `'${choice}'`).join(' or ')}`;
    case 'wrong_pattern':
      return `String should match pattern '${flaw.pattern}'`;
    case 'too_long':
      return describeBound(value, 'at most', flaw.max);
    case 'too_short':
      return describeBound(value, 'at least', flaw.min);
    default:
      return assertNever(flaw);
  }
}

function describeTag(value: unknown, choices: readonly string[]): string {
  const tag = typeof value === 'string' ? value : JSON.stringify(value);
  const expected = choices.map((choice) => `'${choice}'`).join(', ');
  const found = `Input tag '${tag}' found using 'type'`;
  return `${found} does not match any of the expected tags: ${expected}`;
}

function describeBound(value: unknown, side: 'at most' | 'at least', bound: number): string {
  const s = bound === 1 ? '' : 's';
  if (Array.isArray(value)) {
    return `List should have ${side} ${bound} item${s} after validation, not ${value.length}`;
  }
  if (typeof value === 'string') return `String should have ${side} ${bound} character${s}`;
  return `Input should be ${side === 'at most' ? 'less' : 'greater'} than or equal to ${bound}`;
}

const SPOKEN_TYPES: Readonly<Record<string, string>> = {
  int: 'integer',
  array: 'list',
  record: 'dictionary',
  object: 'dictionary',
};

/** `messages.1.content.0.tool_use.id`: behind a place in a tagged list stands its tag. */
function placeOf(path: Path, body: unknown, flaw: Flaw): string {
  const isAboutTag = flaw.kind === 'not_a_choice' && flaw.is_tag;
  const shown = isAboutTag ? path.slice(0, -1) : path;
  let value = body;
  const parts = shown.flatMap((part, index) => {
    value = (value as Record<string | number, unknown> | undefined)?.[part];
    const isTheFault = isAboutTag && index === shown.length - 1;
    return isTheFault ? [part] : [part, ...tagOf(value, path[index - 1])];
  });
  return parts.join('.');
}

function tagOf(value: unknown, list: Path[number] | undefined): readonly string[] {
  if (list !== 'content' && list !== 'tools') return [];
  const { type } = (value ?? {}) as { readonly type?: unknown };
  if (typeof type === 'string') return [type];
  return list === 'tools' ? ['custom'] : [];
}

/** The vendor's names for its errors. */
const TYPE_BY_STATUS: Readonly<Record<number, readonly [type: string, message: string]>> = {
  400: ['invalid_request_error', 'The request is not valid.'],
  401: ['authentication_error', 'invalid x-api-key'],
  402: ['billing_error', 'There is a problem with your billing.'],
  403: ['permission_error', 'Your API key does not have permission for this resource.'],
  404: ['not_found_error', 'Not Found'],
  413: ['request_too_large', 'Request exceeds the maximum size'],
  429: ['rate_limit_error', 'This request would exceed your rate limit. Please try again later.'],
  504: ['timeout_error', 'The request timed out.'],
  529: ['overloaded_error', 'Overloaded'],
};

/** The refusal that the API sends with a status. */
export function describeStatus(status: number): Refusal {
  const [type, message] = TYPE_BY_STATUS[status] ?? ['api_error', 'Internal server error'];
  return { status, type, message };
}

/** Words what the HTTP side found. */
export function describeTrouble(trouble: Trouble): Refusal {
  switch (trouble.kind) {
    case 'wrong_method':
      return { status: 405, type: 'invalid_request_error', message: 'Method Not Allowed' };
    case 'wrong_content_type':
      return invalidRequest('content-type: must be application/json');
    case 'too_large':
      return describeStatus(413);
    case 'not_json':
      return invalidRequest('The request body is not valid JSON.');
    case 'unknown_model':
      return { ...describeStatus(404), message: `model: ${trouble.model}` };
    case 'status':
      return describeStatus(trouble.status);
    case 'script':
      return { status: 500, type: 'api_error', message: trouble.message };
    default:
      return assertNever(trouble);
  }
}
