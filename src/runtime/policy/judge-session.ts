/**
 * Decides again on the requests of one past session, in order, with the history that it would
 * have had: what the rules deny was never started, what they allow was, and what they put before
 * a person was where it ran in fact.
 */
import {
  contentHash,
  TURN_TOOL,
  type ExplainedCall,
  type SeenCall,
} from '../../../kernel/index.ts';
import { isHostCall } from '../abandoned.ts';
import { forkedFrom } from '../call-history.ts';
import { parseJson } from '../codec.ts';
import type { Evidence } from '../evidence.ts';
import type { ForkedFrom } from '../session-entries.ts';
import { decidersOf, explainQuery, outcomeOf, type PolicyQuery } from './explain.ts';
import {
  recordedOf,
  type DecidedEntry,
  type PastDecision,
  type Recorded,
} from './recorded-requests.ts';
import type { WorkspaceRulebook } from './rulebook.ts';

/** Where a request stands in the evidence. */
interface RequestPlace {
  readonly session_id: string;
  readonly seq: number;
  readonly timestamp: string;
  readonly tool_name: string;
}

/** What was decided on a request, and what the rules decide on it. */
export interface JudgedRequest extends RequestPlace {
  readonly kind: 'judged';
  readonly recorded: PastDecision;
  readonly now: PastDecision;
  /** The rules make another input of what was asked for. */
  readonly is_input_changed: boolean;
}

/** A request that cannot be decided on again. */
export interface UnjudgedRequest extends RequestPlace {
  readonly kind: 'unjudged';
  readonly why: string;
}

export interface PastSession {
  readonly session_id: string;
  readonly evidence: Evidence;
  /** The tools that its model was offered; undefined where those of the rulebook count. */
  readonly offered: ReadonlySet<string> | undefined;
}

/** @throws RuntimeError SESSION_NOT_FOUND, STORE_CORRUPT */
export function judgeSession(
  rulebook: WorkspaceRulebook,
  session: PastSession,
): AsyncIterable<JudgedRequest | UnjudgedRequest> {
  return new SessionJudge(rulebook, session).through();
}

/** Remembers what the session would have done so far. */
class SessionJudge {
  readonly #rulebook: WorkspaceRulebook;
  readonly #session: PastSession;
  readonly #history = new Set<string>();
  /** Approvals that nobody would have been asked for, as the rules deny the call. */
  readonly #denied = new Set<string>();

  constructor(rulebook: WorkspaceRulebook, session: PastSession) {
    this.#rulebook = rulebook;
    this.#session = session;
  }

  /** Judges the requests up to an entry, that one included. */
  async *through(
    last_seq = Number.POSITIVE_INFINITY,
  ): AsyncGenerator<JudgedRequest | UnjudgedRequest> {
    const { evidence, session_id } = this.#session;
    for await (const entry of evidence.read(session_id)) {
      if (entry.seq > last_seq) return;
      const origin = forkedFrom(entry);
      if (origin) await this.#recall(origin);
      const recorded = recordedOf(entry);
      const judged = recorded && (await this.#next(recorded));
      if (judged) yield judged;
    }
  }

  /** What would have been done before it was forked counts for the fork as well. */
  async #recall({ session_id, seq }: ForkedFrom): Promise<void> {
    if (this.#rulebook.book.isEmpty) return;
    const earlier = new SessionJudge(this.#rulebook, { ...this.#session, session_id });
    await Array.fromAsync(earlier.through(seq));
    for (const fact of earlier.#history) this.#history.add(fact);
  }

  async #next(recorded: Recorded): Promise<JudgedRequest | UnjudgedRequest | undefined> {
    const { entry } = recorded;
    switch (recorded.kind) {
      case 'request':
        return this.#judge(entry, recorded.past);
      case 'undecidable':
        return unjudged(entry, recorded.why);
      case 'approved_start':
        if (!this.#denied.has(recorded.request_id)) await this.#noteAsRecorded(entry);
        return undefined;
    }
  }

  async #judge(
    entry: DecidedEntry,
    recorded: PastDecision,
  ): Promise<JudgedRequest | UnjudgedRequest> {
    const asked = await this.#queryOf(entry);
    if ('why' in asked) {
      if (entry.kind === 'tool_call_started') await this.#noteAsRecorded(entry);
      return unjudged(entry, asked.why);
    }
    const explained = explainQuery(this.#rulebook, { ...asked, history: this.#history });
    const { call } = explained.decision;
    const now = decisionOf(explained);
    if (wasStarted(entry, now)) this.#note({ tool_name: call.tool.name, input: call.input });
    if (now.decision === 'deny' && entry.kind === 'approval_requested') {
      this.#denied.add(entry.request_id);
    }
    const is_input_changed = isInputChanged(entry, explained);
    return { kind: 'judged', ...placeOf(entry), recorded, now, is_input_changed };
  }

  /** The request as it was made, or why it cannot be made again. */
  async #queryOf(entry: DecidedEntry): Promise<PolicyQuery | { readonly why: string }> {
    const { tool_name, session_id, task_id, run_id, metadata, effect_id } = entry;
    const { offered } = this.#session;
    const tool = this.#rulebook.registry.lookup(tool_name);
    if (!tool) return { why: 'there is no such tool any more' };
    const origin = isHostCall(effect_id) ? 'host' : 'session';
    if (metadata === undefined && origin === 'session') {
      return { why: 'it was written down without its metadata' };
    }
    const caller = { session_id, task_id, run_id, origin, ...(metadata && { metadata }) } as const;
    const query = { tool_name, ...caller, ...(offered && { offered }) };
    // Of what a turn was asked with only the hash was decided on.
    if (tool_name === TURN_TOOL && origin === 'session') return query;
    const input = await this.#contentOf(askedHash(entry));
    return input === undefined ? { why: 'its input is no longer kept' } : { ...query, input };
  }

  async #noteAsRecorded({ tool_name, input_hash }: DecidedEntry): Promise<void> {
    if (!this.#rulebook.book.asksAbout(tool_name)) return;
    this.#note({ tool_name, input: await this.#contentOf(input_hash) });
  }

  #note(call: SeenCall): void {
    if (call.tool_name === TURN_TOOL) return;
    for (const fact of this.#rulebook.book.factsOf(call)) this.#history.add(fact);
  }

  async #contentOf(hash: string): Promise<unknown> {
    const text = await this.#session.evidence.content(hash);
    return text === undefined ? undefined : parseJson(text, `blob ${hash}`);
  }
}

/** The content hash of what was asked for, before its schema and then rules changed it. */
function askedHash(entry: DecidedEntry): string {
  return entry.read_from ?? modifiedFrom(entry) ?? entry.input_hash;
}

function modifiedFrom(entry: DecidedEntry): string | undefined {
  return 'modified_from' in entry ? entry.modified_from : undefined;
}

function decisionOf(explained: ExplainedCall): PastDecision {
  const policy_ids = decidersOf(explained).map(({ policy_id }) => policy_id);
  const code = explained.refusal?.error?.code;
  return { decision: outcomeOf(explained), policy_ids, ...(code !== undefined && { code }) };
}

/** What the rules put before a person counts as started where nobody was asked, and it ran. */
function wasStarted(entry: DecidedEntry, { decision }: PastDecision): boolean {
  if (decision === 'deny') return false;
  return decision === 'allow' || entry.kind === 'tool_call_started';
}

function isInputChanged(entry: DecidedEntry, { decision, refusal }: ExplainedCall): boolean {
  const wasChanged = modifiedFrom(entry) !== undefined;
  if (refusal || !(wasChanged || decision.modified_from)) return false;
  return entry.kind !== 'tool_call_denied' && contentHash(decision.call.input) !== entry.input_hash;
}

function unjudged(entry: DecidedEntry, why: string): UnjudgedRequest {
  return { kind: 'unjudged', ...placeOf(entry), why };
}

function placeOf({ session_id, seq, timestamp, tool_name }: DecidedEntry): RequestPlace {
  return { session_id, seq, timestamp, tool_name };
}
