/** The messages of one session: read once when they are needed, appended, never rewritten. */
import {
  message as messageSchema,
  NO_TRANSCRIPT,
  RuntimeError,
  transcriptHash,
  type Message,
  type Store,
} from '../../kernel/index.ts';
import { decode } from './codec.ts';
import type { SessionJournal } from './journal.ts';

export class Transcript {
  readonly #store: Store;
  readonly #journal: SessionJournal;
  /** How many the disk held when the session came into memory. */
  readonly #stored_count: number;
  /** The hash over those; undefined of a session from before it was kept. */
  readonly #stored_hash: string | undefined;
  /** The messages since then; all of them once the stored ones are read. */
  #messages: Message[] = [];
  #bytes = 0;
  #loading: Promise<void> | undefined;

  constructor(store: Store, journal: SessionJournal) {
    this.#store = store;
    this.#journal = journal;
    const { message_count, transcript_hash } = journal.head();
    this.#stored_count = message_count;
    this.#stored_hash = transcript_hash;
  }

  append(message: Message): void {
    const { message: kept, text } = this.#journal.stageMessage(message);
    this.#messages.push(kept);
    this.#bytes += Buffer.byteLength(text);
  }

  /** Appends the result of a call unless it is there already: a re-run may come by twice. */
  appendResult(message: Message): void {
    const known = this.#messages.findLast(
      ({ role, tool_call_id }) => role === 'assistant' || tool_call_id === message.tool_call_id,
    );
    if (known?.role !== 'tool') this.append(message);
  }

  /** A copy: what a turn was asked with does not grow in the hands of who asked. */
  async all(): Promise<readonly Message[]> {
    await this.#loaded();
    return [...this.#messages];
  }

  /** UTF-8 bytes of the JSON array of all messages, kept up as they come. */
  async bytes(): Promise<number> {
    await this.#loaded();
    const comma_count = Math.max(0, this.#messages.length - 1);
    return '['.length + this.#bytes + comma_count + ']'.length;
  }

  /** The last assistant message: the turn whose calls are being handled. */
  async lastTurn(): Promise<Message | undefined> {
    await this.#loaded();
    return this.#messages.findLast(({ role }) => role === 'assistant');
  }

  #loaded(): Promise<void> {
    this.#loading ??= this.#load();
    return this.#loading;
  }

  async #load(): Promise<void> {
    if (this.#stored_count === 0) return;
    const { session_id } = this.#journal;
    const range = { prefix: [session_id], limit: this.#stored_count };
    const stored: Message[] = [];
    let hash = NO_TRANSCRIPT;
    for await (const { key, value } of this.#store.scan('message', range)) {
      if (key[1] !== stored.length) break;
      stored.push(decode(messageSchema, value, `message ${key.join('/')}`));
      this.#bytes += Buffer.byteLength(value);
      hash = transcriptHash(hash, value);
    }
    if (stored.length < this.#stored_count) {
      const record = `message ${session_id}/${stored.length}`;
      throw new RuntimeError('STORE_CORRUPT', `The record ${record} is missing`);
    }
    if (this.#stored_hash !== undefined && this.#stored_hash !== hash) {
      const message = `The transcript of session ${session_id} is not what was written`;
      throw new RuntimeError('STORE_CORRUPT', message);
    }
    this.#messages = [...stored, ...this.#messages];
  }
}
