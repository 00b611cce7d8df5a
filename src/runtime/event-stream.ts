/** The one typed stream of what happens, in the order in which it reached the disk. */
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

export type Listener = (event: RuntimeEvent) => void;

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
      try {
        listener(event);
      } catch (error) {
        process.emitWarning(error instanceof Error ? error : String(error));
      }
    }
  }
}
