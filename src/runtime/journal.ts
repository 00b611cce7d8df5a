/**
 * The journal of one session: gives every entry its place in the chain the moment it is staged,
 * and hands everything staged to the committer. There is one per session and process.
 */
import {
  approval as approvalSchema,
  canonicalJson,
  enterGrants,
  isLive,
  linkEntry,
  RuntimeError,
  sha256,
  withMessage,
  type Approval,
  type ChainHead,
  type EffectRecord,
  type EntryDraft,
  type EvidenceEntry,
  type Grants,
  type Journal,
  type Message,
  type SeenCall,
  type StandingGrant,
  type Write,
} from '../../kernel/index.ts';
import type { ChainSeal } from './chain-seal.ts';
import { decode, parseJson } from './codec.ts';
import type { CommitSource } from './committer.ts';
import { readContent } from './contents.ts';
import type { EffectIndex } from './effect-index.ts';
import { knowledgeHash, withStates, type Standing } from './entry-states.ts';
import type { Happening, JournalParts, LoadedJournal } from './journal-parts.ts';
import { approvalWrites } from './wakeup-records.ts';

/** What is on its way to the disk. */
interface Batch {
  readonly writes: readonly Write[];
  readonly happenings: readonly Happening[];
}

export class SessionJournal implements Journal, CommitSource {
  readonly session_id: string;
  readonly #parts: JournalParts;
  readonly #effects: EffectIndex;
  /** Those that can still be decided on or used. */
  readonly #approvals: Map<string, Approval>;
  readonly #grants: Grants;
  readonly #facts: Set<string>;
  readonly #seal: ChainSeal;
  #head: ChainHead;
  #writes: Write[] = [];
  #happenings: Happening[] = [];
  #inFlight: Batch | undefined;
  #broken: RuntimeError | undefined;
  /** Adds the owner's own records (the envelope) to each batch, as they are at that moment. */
  envelope: (() => readonly Write[]) | undefined;
  /** Where the owner's machine stands: each entry says so. */
  standing: (() => Standing) | undefined;

  constructor(session_id: string, parts: JournalParts, loaded: LoadedJournal) {
    this.session_id = session_id;
    this.#parts = parts;
    this.#head = loaded.head;
    this.#effects = loaded.effects;
    this.#grants = loaded.grants;
    this.#facts = new Set(loaded.facts);
    this.#seal = loaded.seal;
    this.#approvals = new Map(loaded.approvals.map((one) => [one.request_id, one]));
  }

  head = (): ChainHead => this.#head;

  effect = (effect_id: string): EffectRecord | undefined => this.#effects.get(effect_id);

  openEffects = (): readonly EffectRecord[] => this.#effects.open();

  history = (): ReadonlySet<string> => this.#facts;

  noteCall = (call: SeenCall): void => {
    for (const fact of this.#parts.historyBook().factsOf(call)) this.#facts.add(fact);
  };

  /** Adds facts that nobody asked about when this journal was opened. */
  learn(facts: ReadonlySet<string>): void {
    for (const fact of facts) this.#facts.add(fact);
  }

  liveApprovals = (): readonly Approval[] => [...this.#approvals.values()];

  grants = (): readonly StandingGrant[] => [...this.#grants.values()];

  isClean = (): boolean => this.#writes.length === 0 && this.#inFlight === undefined;

  stage = (draft: EntryDraft): EvidenceEntry => {
    this.#assertWhole();
    const place = {
      session_id: this.session_id,
      seq: this.#head.seq + 1,
      prev_hash: this.#head.hash,
      timestamp: new Date(this.#parts.clock.now()).toISOString(),
    };
    const { entry, text } = linkEntry(this.#withoutSecrets(this.#withStates(draft)), place);
    this.#effects.apply(entry);
    enterGrants(this.#grants, entry);
    this.#head = {
      ...this.#head,
      seq: entry.seq,
      hash: entry.hash,
      tail_seq: this.#tail(entry.seq + 1),
    };
    this.#put({ kind: 'evidence', key: [this.session_id, entry.seq], value: text });
    this.#happenings.push({ type: 'evidence', entry });
    return entry;
  };

  stageBlob = (value: unknown): string => {
    this.#assertWhole();
    const text = canonicalJson(this.#withoutSecrets(value));
    const hash = sha256(text);
    this.#put({ kind: 'blob', key: [hash], value: text });
    return hash;
  };

  /** Answers the message as it is kept, and the bytes that are stored for it. */
  stageMessage = (given: Message): { readonly message: Message; readonly text: string } => {
    this.#assertWhole();
    const index = this.#head.message_count;
    const message = this.#withoutSecrets(given);
    const text = canonicalJson(message);
    this.#head = withMessage(this.#head, text);
    this.#put({ kind: 'message', key: [this.session_id, index], value: text });
    this.#happenings.push({ type: 'message', index, message });
    return { message, text };
  };

  stageApproval = (record: Approval): void => {
    this.#assertWhole();
    const approval = this.#withoutSecrets(record);
    if (isLive(approval)) this.#approvals.set(approval.request_id, approval);
    else this.#approvals.delete(approval.request_id);
    this.stageWrites(approvalWrites(approval));
  };

  /** Adds records that belong to the session but are neither evidence nor transcript. */
  stageWrites = (writes: readonly Write[]): void => {
    this.#assertWhole();
    for (const write of writes) this.#put(this.#cleanWrite(write));
  };

  readBlob = async (hash: string): Promise<unknown> => {
    const staged = [...this.#writes, ...(this.#inFlight?.writes ?? [])].find(
      (write) => write.kind === 'blob' && write.key[0] === hash,
    );
    const text = staged?.value ?? (await readContent(this.#parts.store, hash));
    if (typeof text !== 'string') {
      throw new RuntimeError('STORE_CORRUPT', `The content ${hash} is missing`);
    }
    return parseJson(text, `blob ${hash}`);
  };

  approval = async (request_id: string): Promise<Approval | undefined> => {
    const live = this.#approvals.get(request_id);
    if (live) return live;
    const text = await this.#parts.store.get('approval', [this.session_id, request_id]);
    return text === undefined ? undefined : decode(approvalSchema, text, `approval ${request_id}`);
  };

  commit = (): Promise<void> =>
    this.#broken ? Promise.reject(this.#broken) : this.#parts.committer.commit(this);

  drain = (): readonly Write[] => {
    const head = canonicalJson(this.#head);
    const writes = this.#writes;
    writes.push({ kind: 'head', key: [this.session_id], value: head });
    writes.push(...this.#seal.over(this.#head, this.#isQuiet()));
    for (const write of this.envelope?.() ?? []) writes.push(this.#cleanWrite(write));
    this.#inFlight = { writes, happenings: this.#happenings };
    this.#writes = [];
    this.#happenings = [];
    return writes;
  };

  committed = (): void => {
    const { happenings = [], writes = [] } = this.#inFlight ?? {};
    this.#inFlight = undefined;
    // Not before: an alarm that rings at once would look for a record that is not there yet.
    for (const { kind, key, value } of writes) {
      if (kind === 'wakeup' && value !== null) this.#parts.listener.onWakeup(Number(key[0]));
    }
    this.#parts.listener.onCommitted(this.session_id, happenings);
  };

  failed = (cause: unknown): void => {
    const message = `The evidence of session ${this.session_id} could not be written`;
    this.#broken = new RuntimeError('STORE_WRITE_FAILED', message, { cause });
    this.#parts.listener.onFailed(this.session_id, this.#broken);
  };

  /** Nothing of the session is under way, or its end is in this batch. */
  #isQuiet(): boolean {
    const isEnd = (told: Happening): boolean =>
      told.type === 'evidence' && told.entry.kind === 'session_completed';
    return this.openEffects().length === 0 || this.#happenings.some(isEnd);
  }

  /** The first entry that a restart has to read. */
  #tail(next_seq: number): number {
    const given = this.grants().map(({ seq }) => seq);
    return Math.min(this.#effects.tail(next_seq), ...given);
  }

  #withStates(draft: EntryDraft): EntryDraft {
    const standing = this.standing?.();
    if (!standing) return draft;
    const hash = (): string => knowledgeHash(this.#withoutSecrets(standing));
    const startedIn = (effect_id: string) => this.#effects.startedIn(effect_id);
    const { message_count } = this.#head;
    return withStates(draft, { detail: standing.detail, message_count, hash, startedIn });
  }

  #withoutSecrets<Value>(value: Value): Value {
    return this.#parts.redactor.value(value) as Value;
  }

  /** After a failed batch nothing may be staged: it would stand on entries that are not there. */
  #assertWhole(): void {
    if (this.#broken) throw this.#broken;
  }

  #cleanWrite(write: Write): Write {
    if (write.value === null) return write;
    const value = this.#parts.redactor.text(write.value);
    return value === write.value ? write : { ...write, value };
  }

  #put(write: Write): void {
    this.#writes.push(write);
  }
}
