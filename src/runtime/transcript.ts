/** The messages of one session: read once when they are needed, appended, never rewritten. */
import { message as messageSchema, type Message, type Store } from '../../kernel/index.ts';
import { decode } from './codec.ts';
import type { SessionJournal } from './journal.ts';

export class Transcript {
  readonly #store: Store;
  readonly #journal: SessionJournal;
  #messages: Message[] | undefined;
  #loading: Promise<void> | undefined;
  #bytes = 0;

  constructor(store: Store, journal: SessionJournal) {
    this.#store = store;
    this.#journal = journal;
  }

  append(message: Message): void {
    const staged = this.#journal.stageMessage(message);
    if (this.#messages) this.#take(staged.message);
  }

  /** Appends the result of a call unless it is there already: a re-run may come by twice. */
  appendResult(message: Message): void {
    const known = this.#messages?.findLast(
      ({ role, tool_call_id }) => role === 'assistant' || tool_call_id === message.tool_call_id,
    );
    if (known?.role !== 'tool') this.append(message);
  }

  async all(): Promise<readonly Message[]> {
    this.#loading ??= this.#load();
    await this.#loading;
    return this.#messages ?? [];
  }

  /** UTF-8 bytes of the JSON array of all messages, kept up as they come. */
  async bytes(): Promise<number> {
    const messages = await this.all();
    return this.#bytes + Math.max(0, messages.length - 1) + 2;
  }

  /** The last assistant message: the turn whose calls are being handled. */
  async lastTurn(): Promise<Message | undefined> {
    const messages = await this.all();
    return messages.findLast(({ role }) => role === 'assistant');
  }

  async #load(): Promise<void> {
    await this.#journal.commit();
    const { session_id } = this.#journal;
    const found: Message[] = [];
    for await (const { key, value } of this.#store.scan('message', { prefix: [session_id] })) {
      found.push(decode(messageSchema, value, `message ${key.join('/')}`));
    }
    this.#messages = [];
    for (const message of found) this.#take(message);
  }

  #take(message: Message): void {
    this.#messages?.push(message);
    this.#bytes += Buffer.byteLength(JSON.stringify(message));
  }
}
