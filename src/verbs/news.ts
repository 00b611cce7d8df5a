/** What a host tells the model when a session goes on, on its way into the transcript. */
import { RuntimeError, type Message } from '../../kernel/index.ts';
import type { SessionEffects } from '../runtime/session-effects.ts';
import type { SessionFiles } from '../runtime/session-files.ts';
import type { StoreHost } from '../runtime/store-host.ts';
import { readSummary } from '../runtime/session-records.ts';

export class News {
  #unread: readonly Message[];

  constructor(messages: readonly Message[]) {
    this.#unread = messages;
  }

  get isRead(): boolean {
    return this.#unread.length === 0;
  }

  /**
   * The effects with these messages right before the next turn: by then every call of the last one
   * has its result, and nothing stands between a call and its result.
   */
  before(effects: SessionEffects): SessionEffects {
    return {
      ...effects,
      executeTurn: async (files, position, signal) => {
        await files.transcript.all();
        this.#hand(files);
        return effects.executeTurn(files, position, signal);
      },
    };
  }

  /**
   * Keeps what no turn has read for the next one, of a session that came to rest before it.
   * @throws RuntimeError EVENT_NOT_ACCEPTED for an assistant message where a turn has calls open:
   * behind it nobody would find the turn that asked for them.
   */
  async keep(host: StoreHost, session_id: string, effects: SessionEffects): Promise<void> {
    if (this.isRead) return;
    const { completion, state } = await readSummary(host.store, session_id);
    if (completion !== undefined) return;
    if (state !== 'awaiting_turn' && this.#unread.some(({ role }) => role === 'assistant')) {
      const message = `Session ${session_id} rests within a turn and takes no assistant messages`;
      throw new RuntimeError('EVENT_NOT_ACCEPTED', message);
    }
    const { actors } = host;
    const unchanged = { type: 'budget.changed', turns_left: null } as const;
    await actors.deliver(session_id, unchanged, {
      effects,
      prepare: async (files, { actor }) => {
        await files.transcript.all();
        return () => {
          this.#hand(files);
          return { ...unchanged, turns_left: actor.getSnapshot().context.turns_left };
        };
      },
    });
  }

  #hand({ transcript }: SessionFiles): void {
    for (const message of this.#unread) transcript.append(message);
    this.#unread = [];
  }
}
