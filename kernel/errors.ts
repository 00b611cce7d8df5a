/**
 * Every code that Troupe answers with, in one table: documentation, exit codes and HTTP statuses
 * derive from it. Refusals inside a governed call are values that carry these codes; failures of
 * an operation are a `RuntimeError`. Match on `code`; messages may improve at any time.
 */

/** When the same call can succeed: later as it is, after somebody mends something, or never. */
export type Retry = 'never' | 'later' | 'after_fix';

export interface ErrorRow {
  readonly http: number;
  /** Process exit code of the command line. */
  readonly exit: number;
  readonly retry: Retry;
  readonly summary: string;
  readonly remedy: string;
}

type Row = readonly [http: number, exit: number, retry: Retry, summary: string, remedy: string];

// prettier-ignore
const TABLE = {
  // Governed calls
  TOOL_NOT_FOUND: [404, 3, 'after_fix',
    'No registered tool has that name',
    'Register the tool, or ask for one that listGovernedTools names'],
  TOOL_NOT_OFFERED: [403, 4, 'never',
    'The model asked for a tool outside the catalog it was offered',
    'Offer the tool in the catalog, or leave the refusal to the model'],
  SCOPE_DENIED: [403, 4, 'after_fix',
    'The configuration does not grant every scope that the tool needs',
    'Grant the missing scope in the workspace and in the lane'],
  POLICY_DENIED: [403, 4, 'after_fix',
    'A policy rule, or the absence of one, denies the call',
    'Read the decision in the evidence; change the rule that it names'],
  APPROVAL_REQUIRED: [403, 5, 'later',
    'A person has to approve this exact call first',
    'Resolve the approval that the details name'],
  APPROVAL_DENIED: [403, 4, 'never',
    'A person declined this call',
    'Let the model plan again with the reason given'],
  APPROVAL_EXPIRED: [403, 4, 'never',
    'Nobody decided on the approval in time',
    'Ask again: a new request gets a new approval'],
  APPROVER_NOT_ALLOWED: [403, 4, 'after_fix',
    'This person may not decide on the approval',
    'Ask one of those whom the message names'],
  APPROVAL_NOT_FOUND: [404, 3, 'never',
    'No approval has that request id',
    'List the pending approvals and use an id from there'],
  APPROVAL_NOT_PENDING: [409, 6, 'never',
    'The approval was already resolved, has expired or was replaced',
    'Look at its record; a decision is final'],
  INVALID_INPUT: [400, 2, 'after_fix',
    'The input does not fit the schema',
    'Mend the fields that the message names'],
  INVALID_OUTPUT: [502, 7, 'after_fix',
    'What came back does not fit the schema that it was promised in',
    'Mend the tool or the runtime that answered'],
  TOOL_EXECUTION_FAILED: [502, 7, 'later',
    'The tool threw instead of answering',
    'Read its message; mend the tool or try again'],
  TOOL_TIMEOUT: [504, 7, 'later',
    'The tool did not answer within its timeout_ms',
    'Raise timeout_ms, or make the tool heed its signal'],
  OPERATION_CANCELED: [409, 6, 'never',
    'The call was stopped by a cancel or a shutdown',
    'Start it again if it is still wanted'],
  EFFECT_IN_DOUBT: [409, 5, 'after_fix',
    'The call was started and never finished, and is not safe to repeat',
    'Find out what happened, then answer: retry, use_result or abandon'],
  LIMIT_EXCEEDED: [429, 5, 'after_fix',
    'A limit of the session is reached',
    'Raise the limit that the message names, or end the session'],
  // Model providers
  PROVIDER_AUTHENTICATION_FAILED: [502, 7, 'after_fix',
    'The provider refused the credential',
    'Check the variable that api_key_env names'],
  PROVIDER_RATE_LIMITED: [502, 7, 'later',
    'The provider asks to slow down',
    'Wait, or lower requests_per_minute of the profile'],
  PROVIDER_HTTP_ERROR: [502, 7, 'later',
    'The provider answered with an HTTP error or a redirect',
    'Read response_status in the details'],
  PROVIDER_MALFORMED_RESPONSE: [502, 7, 'later',
    'The answer of the provider cannot be read as a turn',
    'Check that base_url points at an API of the named kind'],
  PROVIDER_TRANSPORT_ERROR: [502, 7, 'later',
    'The provider could not be reached, or the connection broke',
    'Check base_url and the network'],
  PROVIDER_TIMEOUT: [504, 7, 'later',
    'The provider did not answer within timeout_ms of the profile',
    'Raise timeout_ms or check the provider'],
  PROVIDER_OUTPUT_TRUNCATED: [502, 7, 'after_fix',
    'The answer stopped at the output limit before it was whole',
    'Raise max_output_tokens of the profile'],
  PROVIDER_REFUSED: [502, 7, 'never',
    'The model refused to answer',
    'Change the request'],
  PROVIDER_CONTENT_FILTERED: [502, 7, 'never',
    'A content filter of the provider cut the answer',
    'Change the request'],
  PROVIDER_UNSUPPORTED: [400, 2, 'after_fix',
    'No adapter serves that provider kind',
    'Use openai_compatible or messages_compatible'],
  // Configuration
  CONFIGURATION_ERROR: [500, 2, 'after_fix',
    'The configuration does not allow this',
    'Mend what the message names in workspace.yaml'],
  CONFIG_INVALID: [500, 2, 'after_fix',
    'workspace.yaml has problems',
    'Mend every problem that the message lists, with its line'],
  CONFIG_NOT_FOUND: [404, 2, 'after_fix',
    'There is no workspace.yaml',
    'Run troupe init, or name the folder with --workspace'],
  MISSING_ENVIRONMENT: [500, 2, 'after_fix',
    'A variable that the configuration names is not set',
    'Set the variable that the message names'],
  TOOL_DUPLICATE: [500, 2, 'after_fix',
    'Two tools have the same name',
    'Rename one of them'],
  PACK_INVALID: [500, 2, 'after_fix',
    'A pack is not what its pin or its manifest says',
    'See troupe packs verify; mend the pack, or pin what it is now'],
  PACK_NOT_INSTALLED: [500, 2, 'after_fix',
    'A pinned pack is not on this machine',
    'Run troupe packs install'],
  PACK_FETCH_FAILED: [502, 2, 'later',
    'A pack could not be fetched',
    'See the message of git or npm; check the address, the version and the network'],
  NODE_TOO_OLD: [500, 2, 'after_fix',
    'This Node is older than Troupe needs',
    'Install the Node that the message names'],
  // Sessions
  SESSION_NOT_FOUND: [404, 3, 'never',
    'No session has that id here',
    'List the sessions of this store'],
  SESSION_EXISTS: [409, 6, 'never',
    'A session with that id is already there',
    'Use another id, or resume the one that is there'],
  SESSION_NOT_RESTORABLE: [500, 8, 'after_fix',
    'The records of the session cannot be restored',
    'Read the reason; the records are left as they are'],
  EVENT_NOT_ACCEPTED: [409, 6, 'later',
    'The session does not take that in its present state',
    'Look at its state, and do what that state waits for'],
  MODEL_ESCALATED: [409, 5, 'after_fix',
    'The model handed the session over to a person',
    'Answer it: continue with a message, or abandon'],
  AGENT_RUNTIME_WORKFLOW_STALLED: [409, 6, 'after_fix',
    'A workflow has nodes left, and none of them can ever become ready',
    'Look at the nodes that failed: what depends on them waits in vain'],
  AGENT_RUNTIME_LOOP_LIMIT_EXCEEDED: [429, 5, 'later',
    'The loop used up maxTurns before it ended',
    'Call again with a larger maxTurns, or use a session'],
  // Store and evidence
  STORE_LOCKED: [423, 8, 'later',
    'Another process holds the store',
    'Stop the holder that the message names, or speak to it'],
  STORE_FOREIGN: [500, 8, 'never',
    'The folder holds a store of another kind or of a newer version',
    'Name another folder, or upgrade Troupe'],
  STORE_READ_FAILED: [500, 8, 'later',
    'The store could not be read',
    'Check the disk; nothing was changed'],
  STORE_WRITE_FAILED: [500, 8, 'later',
    'The store could not write; what was not acknowledged is not there',
    'Check the disk and its space, then resume'],
  STORE_CLOSED: [500, 8, 'never',
    'The store is closed',
    'Open the runtime again'],
  STORE_CORRUPT: [500, 8, 'after_fix',
    'A record in the store is not what was written',
    'Restore a backup; verify names the entry'],
  EVIDENCE_INVALID: [409, 9, 'after_fix',
    'The evidence chain does not verify',
    'Read which entry, and why'],
  STATE_FILE_INVALID: [500, 8, 'after_fix',
    'A state file of the earlier system cannot be imported',
    'Mend or remove the field that the message names'],
  // Machines and programs
  ACTOR_NOT_PROVIDED: [500, 70, 'after_fix',
    'The machine runs with an empty effect slot',
    'Provide the actor that the message names'],
  MACHINE_VERSION_UNKNOWN: [500, 8, 'after_fix',
    'The session was saved by a machine of a newer version',
    'Upgrade Troupe; the session is left alone'],
  RUNTIME_CLOSED: [503, 8, 'never',
    'The runtime is closed',
    'Open a new one'],
  USAGE: [400, 2, 'after_fix',
    'The command was called wrongly',
    'See its --help'],
} as const satisfies Record<string, Row>;

export type ErrorCode = keyof typeof TABLE;

export const ERROR_CODES = Object.keys(TABLE) as readonly ErrorCode[];

/** The table row of a code; unknown codes (a tool's own) count as failures of the tool. */
export function describeError(code: string): ErrorRow {
  const known: Row = Object.hasOwn(TABLE, code)
    ? TABLE[code as ErrorCode]
    : TABLE.TOOL_EXECUTION_FAILED;
  const [http, exit, retry, summary, remedy] = known;
  return { http, exit, retry, summary, remedy };
}

const MARKER = Symbol.for('troupe.error');

/** A failed operation: what failed, on which named thing, what was expected, what came. */
export class RuntimeError extends Error {
  readonly code: ErrorCode;
  /** Plain JSON for programs; never a secret, never live objects. */
  readonly details: Readonly<Record<string, unknown>>;
  readonly [MARKER] = true;

  constructor(
    code: ErrorCode,
    message: string,
    options: { readonly details?: Record<string, unknown>; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'RuntimeError';
    this.code = code;
    this.details = options.details ?? {};
  }

  get retry(): Retry {
    return describeError(this.code).retry;
  }
}

/** Recognises a RuntimeError across copies of the package. */
export function isRuntimeError(value: unknown): value is RuntimeError {
  return typeof value === 'object' && value !== null && MARKER in value;
}

/** What a message is cut to: foreign code writes some of them, and they stand in the evidence. */
const MESSAGE_LENGTH_MAX = 10_000;

/** The message of anything thrown, even of what has no text; JSON can always hold it. */
export function messageOf(thrown: unknown): string {
  try {
    const text: unknown = thrown instanceof Error ? thrown.message : thrown;
    return String(text).slice(0, MESSAGE_LENGTH_MAX).toWellFormed();
  } catch {
    return 'Something without a text was thrown';
  }
}
