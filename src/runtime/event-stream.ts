/**
 * The one typed stream of what happens, in the order in which it reached the disk. Of each session:
 * the entries and messages of a batch in the order of the chain, and behind them the state that
 * they led to; a state that lasted no batch is not told. `progress` keeps no order with these.
 */
import type { EffectProgress, EvidenceEntry, Message, SessionState } from '../../kernel/index.ts';

export type RuntimeEvent =
  /** An entry is on disk. */
  | { readonly type: 'evidence'; readonly session_id: string; readonly entry: EvidenceEntry }
  /** A message is on disk. */
  | {
      readonly type: 'message';
      readonly session_id: string;
      readonly index: number;
      readonly message: Message;
    }
  /** A session stands in another state, and that is on disk. */
  | {
      readonly type: 'state';
      readonly session_id: string;
      readonly from: string;
      readonly to: string;
      readonly state: SessionState;
    }
  /** An effect tells how far it is: live only, and never its last word. */
  | ({ readonly type: 'progress' } & EffectProgress)
  /** Something went wrong that no caller waits for. */
  | {
      readonly type: 'failure';
      readonly session_id: string;
      readonly code: string;
      readonly message: string;
    };

/** Hears of an event; nothing waits for what it answers. */
export type Listener = (event: RuntimeEvent) => unknown;

export class EventStream {
  readonly #listeners = new Map<Listener, string | undefined>();

  get isHeard(): boolean {
    return this.#listeners.size > 0;
  }

  /** Calls the listener for each event (of one session, where named) until told to stop. */
  subscribe(listener: Listener, session_id?: string): () => void {
    this.#listeners.set(listener, session_id);
    return () => this.#listeners.delete(listener);
  }

  /** A listener that throws hurts neither the runtime nor the other listeners: Node warns of it. */
  emit(event: RuntimeEvent): void {
    for (const [listener, session_id] of this.#listeners) {
      if (session_id !== undefined && session_id !== event.session_id) continue;
      // Runs the listener now, and catches what it throws as well as what it rejects with.
      void (async () => listener(event))().catch(warn);
    }
  }
}

const warn = (error: unknown): void =>
  process.emitWarning(error instanceof Error ? error : String(error));
