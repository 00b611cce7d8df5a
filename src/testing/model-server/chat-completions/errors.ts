/** How the Chat Completions API words its refusals. */
import { assertNever } from '../../../../kernel/index.ts';
import type { Refusal } from '../contract.ts';
import type { Path, Problem } from '../problems.ts';
import type { Trouble } from '../wire-format.ts';

const INVALID = 'invalid_request_error';

/** A 400, as nearly all refusals are. */
export function invalidRequest(message: string, param?: string, code?: string): Refusal {
  return { status: 400, type: INVALID, message, param, code };
}

/** Words the problem of a body. */
export function describeProblem({ path, value, flaw }: Problem): Refusal {
  const param = paramOf(path);
  switch (flaw.kind) {
    case 'missing':
      return describeMissing(param);
    case 'unknown_keys':
      return describeUnknownKeys(path, flaw.keys);
    case 'wrong_type': {
      const types = `expected ${a(flaw.expected)}, but got ${a(typeName(value))} instead`;
      return invalidRequest(`Invalid type for '${param}': ${types}.`, param, 'invalid_type');
    }
    case 'not_a_choice': {
      const text = typeof value === 'string' ? `'${value}'` : JSON.stringify(value);
      const choices = `Supported values are: ${listed(flaw.choices)}`;
      return invalidRequest(`Invalid value: ${text}. ${choices}.`, param, 'invalid_value');
    }
    case 'wrong_pattern':
      return invalidRequest(
        `Invalid '${param}': string does not match pattern. ` +
          `Expected a string that matches the pattern '${flaw.pattern}'.`,
        param,
        'invalid_value',
      );
    case 'too_long':
      return typeof value === 'number'
        ? describeAmount(param, value, `above maximum value. Expected a value <= ${flaw.max}`)
        : describeLength(param, value, flaw.max);
    case 'too_short':
      return typeof value === 'number'
        ? describeAmount(param, value, `below minimum value. Expected a value >= ${flaw.min}`)
        : describeEmpty(param, value, flaw.min);
    default:
      return assertNever(flaw);
  }
}

function describeMissing(param: string): Refusal {
  if (param === 'model') return invalidRequest('you must provide a model parameter');
  const message = `Missing required parameter: '${param}'.`;
  return invalidRequest(message, param, 'missing_required_parameter');
}

function describeUnknownKeys(path: Path, keys: readonly string[]): Refusal {
  if (path.length === 0) {
    const noun = keys.length > 1 ? 'arguments' : 'argument';
    return invalidRequest(`Unrecognized request ${noun} supplied: ${keys.join(', ')}`);
  }
  const param = paramOf([...path, keys[0] ?? '']);
  return invalidRequest(`Unknown parameter: '${param}'.`, param, 'unknown_parameter');
}

function describeAmount(param: string, value: number, bound: string): Refusal {
  const kind = typeName(value);
  const code = `${kind}_${bound.startsWith('above') ? 'above_max' : 'below_min'}_value`;
  return invalidRequest(
    `Invalid '${param}': ${kind} ${bound}, but got ${value} instead.`,
    param,
    code,
  );
}

function describeLength(param: string, value: unknown, max: number): Refusal {
  const kind = typeName(value);
  const { length } = value as { readonly length: number };
  return invalidRequest(
    `Invalid '${param}': ${kind} too long. Expected ${a(kind)} with maximum length ${max}, ` +
      `but got ${a(kind)} with length ${length} instead.`,
    param,
    `${kind}_above_max_length`,
  );
}

/** Only what is empty is ever too short for this API. */
function describeEmpty(param: string, value: unknown, min: number): Refusal {
  const kind = typeName(value);
  return invalidRequest(
    `Invalid '${param}': empty ${kind}. Expected ${a(kind)} with minimum length ${min}, ` +
      `but got an empty ${kind} instead.`,
    param,
    `empty_${kind}`,
  );
}

/** `messages[0].content[1].type` */
function paramOf(path: Path): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text === '' ? part : `${text}.${part}`;
  }, '');
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'decimal';
  return typeof value;
}

const SPOKEN_TYPES: Readonly<Record<string, string>> = {
  int: 'integer',
  number: 'decimal',
  record: 'object',
};

/** A type with its article. */
function a(type: string): string {
  const spoken = SPOKEN_TYPES[type] ?? type;
  if (spoken === 'null') return spoken;
  return `${/^[aeiou]/.test(spoken) ? 'an' : 'a'} ${spoken}`;
}

function listed(choices: readonly string[]): string {
  const quoted = choices.map((choice) => `'${choice}'`);
  const before = quoted.slice(0, -1).join(', ');
  const last = quoted.slice(-1).join('');
  if (before === '') return last;
  return quoted.length === 2 ? `${before} and ${last}` : `${before}, and ${last}`;
}

const STATUS_ERRORS: Readonly<Record<number, Omit<Refusal, 'status'>>> = {
  401: { type: INVALID, message: 'Incorrect API key provided.', code: 'invalid_api_key' },
  429: {
    type: 'requests',
    message: 'Rate limit reached for requests. Please try again in 1s.',
    code: 'rate_limit_exceeded',
  },
  503: { type: 'server_error', message: 'The engine is currently overloaded.' },
};

/** The refusal that the API sends with a status. */
export function describeStatus(status: number): Refusal {
  const known = STATUS_ERRORS[status];
  if (known) return { status, ...known };
  return status < 500
    ? { status, type: INVALID, message: 'The request was refused.' }
    : { status, type: 'server_error', message: 'The server had an error. Please try again.' };
}

/** Words what the HTTP side found. */
export function describeTrouble(trouble: Trouble): Refusal {
  switch (trouble.kind) {
    case 'wrong_method': {
      const message = `Not allowed to ${trouble.method} on this path.`;
      return { status: 405, type: INVALID, message, code: 'method_not_supported' };
    }
    case 'wrong_content_type':
      return invalidRequest(
        `Unsupported content type: '${trouble.content_type}'. ` +
          "This API method only accepts 'application/json' requests.",
        undefined,
        'unsupported_content_type',
      );
    case 'too_large': {
      const message = `Request body is larger than ${trouble.max} bytes.`;
      return { status: 413, type: INVALID, message, code: 'request_too_large' };
    }
    case 'not_json':
      return invalidRequest('We could not parse the JSON body of your request.');
    case 'unknown_model': {
      const name = `The model '${trouble.model}'`;
      const message = `${name} does not exist or you do not have access to it.`;
      return { status: 404, type: INVALID, message, code: 'model_not_found' };
    }
    case 'status':
      return describeStatus(trouble.status);
    case 'script':
      return { status: 500, type: 'server_error', message: trouble.message };
    default:
      return assertNever(trouble);
  }
}
