/**
 * What the kernel asks of the outside. Adapters implement these; the kernel awaits nothing else.
 */
import type {
  Approval,
  ChainHead,
  EntryDraft,
  EvidenceEntry,
  IntentCatalogEntry,
  Message,
  StandingGrant,
  ToolCatalogEntry,
  ToolOutput,
  TurnOutput,
} from './contract/index.ts';
import type { SeenCall } from './policy/conditions.ts';

/** Milliseconds since the epoch. */
export interface Clock {
  readonly now: () => number;
}

/** Fresh ids, for the things whose id does not follow from a position. */
export interface IdSource {
  readonly next: (prefix: string) => string;
}

/** The families of records; each has its own key shape in the store adapter. */
export type RecordKind =
  /** [session_id] → envelope with the machine's snapshot */
  | 'session'
  /** [session_id] → '' while the session runs by itself: what a restart has to pick up */
  | 'running'
  /** [session_id] → what the session was started with, written once */
  | 'session_start'
  /** [session_id] → definition of a workflow, written once */
  | 'workflow'
  /** [session_id] → ChainHead */
  | 'head'
  /** [session_id] → SignedHead, the latest */
  | 'signature'
  /** [session_id] → Tombstone over what was pruned, the latest */
  | 'tombstone'
  /** [session_id, seq] → evidence entry */
  | 'evidence'
  /** [session_id, index] → message */
  | 'message'
  /** [sha256] → canonical JSON */
  | 'blob'
  /** [session_id, request_id] → approval */
  | 'approval'
  /** [request_id] → session_id */
  | 'approval_ref'
  /** [due_at ms, id] → wakeup */
  | 'wakeup';

export type RecordKey = readonly (string | number)[];

/** One record to put, or with `value: null` to delete. */
export interface Write {
  readonly kind: RecordKind;
  readonly key: RecordKey;
  readonly value: string | null;
}

export interface Scan {
  /** Leading key parts that every found record shares. */
  readonly prefix?: RecordKey;
  /** First value of the key part behind the prefix (inclusive). */
  readonly from?: string | number;
  /** Last value of the key part behind the prefix (inclusive). */
  readonly to?: string | number;
  readonly limit?: number;
  readonly reverse?: boolean;
}

export interface StoredRecord {
  readonly key: RecordKey;
  readonly value: string;
}

/** Ordered, durable records. Errors are RuntimeErrors with STORE_ codes. */
export interface Store {
  /** Where the records are, for messages to people. */
  readonly location: string;
  /** Writes all or nothing, and answers when it is on disk. */
  commit(writes: readonly Write[]): Promise<void>;
  get(kind: RecordKind, key: RecordKey): Promise<string | undefined>;
  scan(kind: RecordKind, scan?: Scan): AsyncIterable<StoredRecord>;
  close(): Promise<void>;
}

/** What the log says of the last try of an effect. */
export interface EffectRecord {
  readonly effect_id: string;
  readonly receipt_id: string;
  readonly tool_name: string;
  readonly attempt: number;
  readonly restart: number;
  readonly status: 'started' | 'finished' | 'denied' | 'crashed';
  readonly duration_ms: number;
  /** Finished, and well: it is never run again, whoever asks. */
  readonly has_succeeded: boolean;
  readonly output_hash?: string | undefined;
}

/**
 * The evidence of one session, opened by one owner at a time. What is staged gets its place in
 * the chain at once and reaches the disk with the next commit: in order, all or nothing.
 */
export interface Journal {
  readonly session_id: string;
  readonly head: () => ChainHead;
  readonly stage: (draft: EntryDraft) => EvidenceEntry;
  /** Keeps a value under its content hash; answers the hash. */
  readonly stageBlob: (value: unknown) => string;
  readonly readBlob: (hash: string) => Promise<unknown>;
  /** The last try of an effect, where it is open or may still be asked for. */
  readonly effect: (effect_id: string) => EffectRecord | undefined;
  readonly openEffects: () => readonly EffectRecord[];
  readonly stageApproval: (approval: Approval) => void;
  /** The approvals that can still be decided on or used. */
  readonly liveApprovals: () => readonly Approval[];
  /** What people granted beside single calls, and nothing has ended yet; some may be expired. */
  readonly grants: () => readonly StandingGrant[];
  readonly approval: (request_id: string) => Promise<Approval | undefined>;
  /** Facts about the calls that were started before, for the rules that ask about them. */
  readonly history: () => ReadonlySet<string>;
  /** Adds a call that is about to start to the history. */
  readonly noteCall: (call: SeenCall) => void;
  /** Answers when everything staged so far is on disk; rejects with STORE_WRITE_FAILED. */
  readonly commit: () => Promise<void>;
}

/** How a model is reached: resolved from a profile, with the credential as a value. */
export interface ResolvedProfile {
  readonly name: string;
  readonly provider: 'openai_compatible' | 'messages_compatible';
  readonly model: string;
  readonly api_key: string;
  /** The base URL or the full endpoint, as configured. */
  readonly base_url: string;
  /** For one attempt, from connect to the last byte. */
  readonly timeout_ms: number;
  readonly max_output_tokens: number;
  /** Attempts after the first one. */
  readonly retries_max: number;
  readonly response_bytes_max: number;
}

export interface TurnRequest {
  readonly profile: ResolvedProfile;
  readonly messages: readonly Message[];
  readonly tools: readonly ToolCatalogEntry[];
  readonly intents: readonly IntentCatalogEntry[];
  readonly stream: boolean;
  /** Same for every attempt at the same turn. */
  readonly idempotency_key: string;
}

/** Text so far, as it streams; never the last word. */
export interface TurnProgress {
  readonly assistant_message: string;
  readonly provider: { readonly kind: string; readonly model: string };
}

export interface TurnOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: TurnProgress) => void;
}

/** Performs one model turn. Failures are values with PROVIDER_ codes, never rejections. */
export interface ModelAdapter {
  readonly executeTurn: (
    request: TurnRequest,
    options: TurnOptions,
  ) => Promise<ToolOutput<TurnOutput>>;
}

/** Rings once at or after an instant; the answer cancels it. */
export interface Alarm {
  readonly set: (due_at: number, ring: () => void) => () => void;
}

/** What the disk says of a path, with every link followed. */
export interface PathFacts {
  /** Where it really is; of what is not there yet, where it would be made. */
  readonly real_path: string;
  readonly kind: 'file' | 'folder' | 'missing' | 'broken_link' | 'other';
  /** Names that the file has on its disk; 0 where nothing is there. */
  readonly links: number;
}

/** Looks at paths, and changes nothing. What it may not look at is `other`. */
export interface PathInspector {
  readonly inspect: (path: string) => Promise<PathFacts>;
}

/** The public half of an evidence key: whoever has it can check what its holder signed. */
export interface Verifier {
  /** sha256 of the raw public key, as 64 hex digits. */
  readonly key_id: string;
  /** SPKI as PEM, to be kept where nobody who writes the store can change it. */
  readonly public_key: string;
  /** Never throws: what is no signature of this text by this key is false. */
  readonly verify: (text: string, signature: string) => boolean;
}

/** An evidence key (Ed25519). It signs synchronously, in tens of microseconds. */
export interface Signer extends Verifier {
  /** Answers the signature of a text's UTF-8 bytes, as base64. */
  readonly sign: (text: string) => string;
}
