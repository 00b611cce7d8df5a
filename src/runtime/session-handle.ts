/** One session in a host's hand: works the same whether the session is parked, live or over. */
import type {
  EscalationAnswer,
  EvidenceEntry,
  Message,
  SessionSummary,
  Store,
  VerifyResult,
} from '../../kernel/index.ts';
import type { EventStream, Listener } from './event-stream.ts';
import type { Evidence } from './evidence.ts';
import { readMessages } from './session-records.ts';
import type { CancelOptions, Sessions } from './sessions.ts';

interface HandleParts {
  readonly sessions: Sessions;
  readonly events: EventStream;
  readonly evidence: Evidence;
  readonly store: Store;
}

export class SessionHandle {
  readonly id: string;
  readonly #parts: HandleParts;

  constructor(id: string, parts: HandleParts) {
    this.id = id;
    this.#parts = parts;
  }

  /** Where the session stands on disk. */
  summary(): Promise<SessionSummary> {
    return this.#parts.sessions.summary(this.id);
  }

  /** Answers when the session waits for somebody or for an instant, or is over. */
  settled(): Promise<SessionSummary> {
    return this.#parts.sessions.settled(this.id);
  }

  /** The transcript as it is on disk. */
  messages(): Promise<Message[]> {
    return readMessages(this.#parts.store, this.id);
  }

  send(message: string | Message): Promise<void> {
    return this.#parts.sessions.send(this.id, message);
  }

  resume(max_turns?: number): Promise<void> {
    return this.#parts.sessions.resume(this.id, max_turns);
  }

  schedule(wake_at: string): Promise<void> {
    return this.#parts.sessions.schedule(this.id, wake_at);
  }

  cancel(why?: CancelOptions): Promise<void> {
    return this.#parts.sessions.cancel(this.id, why);
  }

  answer(answer: EscalationAnswer, by?: string): Promise<void> {
    return this.#parts.sessions.answer(this.id, answer, by);
  }

  evidence(): AsyncIterable<EvidenceEntry> {
    return this.#parts.evidence.read(this.id);
  }

  verify(): Promise<VerifyResult> {
    return this.#parts.evidence.verify(this.id);
  }

  /** Calls the listener for each event of this session until told to stop. */
  subscribe(listener: Listener): () => void {
    return this.#parts.events.subscribe(listener, this.id);
  }
}
