/** What the evidence says of effects and requests, as far as a replay has read it. */
import type { EvidenceEntry } from '../../../kernel/index.ts';
import { isHostCall } from '../abandoned.ts';

type Entry<Kind extends EvidenceEntry['kind']> = Extract<EvidenceEntry, { readonly kind: Kind }>;
type Opening = Entry<'tool_call_started' | 'tool_call_denied'>;
type Closing = Entry<'tool_call_finished' | 'tool_call_crashed' | 'tool_call_denied'>;

/** The last try of an effect. */
export interface Tried {
  readonly opened: Opening;
  /** How it ended; undefined while it runs. */
  readonly closed?: Closing;
}

type Request = Entry<'approval_requested'>;

export class ReplayLog {
  readonly #tries = new Map<string, Tried>();
  readonly #requests = new Map<string, Request>();
  /** Requests that nobody ended. */
  readonly #live = new Set<string>();
  readonly #approved = new Set<string>();
  /** Requests that stand in the place of others, with the input of an approver. */
  readonly #edited = new Set<string>();

  tried(effect_id: string): Tried | undefined {
    return this.#tries.get(effect_id);
  }

  /** The last try of an effect, where it answers somebody who asks for this attempt. */
  answered(effect_id: string, attempt: number): Closing | undefined {
    const tried = this.#tries.get(effect_id);
    if (!tried) return undefined;
    const { opened, closed } = tried;
    const hasSucceeded = closed?.kind === 'tool_call_finished' && closed.result === 'success';
    return opened.attempt >= attempt || hasSucceeded ? closed : undefined;
  }

  /** The request that waits for a decision on an effect. */
  liveRequest(effect_id: string): string | undefined {
    return [...this.#live].findLast((id) => this.#requests.get(id)?.effect_id === effect_id);
  }

  /** The input that an approver put in the place of what was asked for; undefined without one. */
  editedInput(request_id: string): string | undefined {
    return this.#edited.has(request_id) ? this.#requests.get(request_id)?.input_hash : undefined;
  }

  isApproved(request_id: string): boolean {
    return this.#approved.has(request_id);
  }

  effectOf(request_id: string): string | undefined {
    return this.#requests.get(request_id)?.effect_id;
  }

  /** Whether an entry is about a call of a host, which no machine asked for. */
  isApart(entry: EvidenceEntry): boolean {
    if ('effect_id' in entry) return isHostCall(entry.effect_id);
    if (!('request_id' in entry)) return false;
    const effect_id = this.effectOf(entry.request_id ?? '');
    return effect_id !== undefined && isHostCall(effect_id);
  }

  enter(entry: EvidenceEntry): void {
    switch (entry.kind) {
      case 'tool_call_started':
        this.#tries.set(entry.effect_id, { opened: entry });
        return;
      case 'tool_call_denied':
        this.#tries.set(entry.effect_id, { opened: entry, closed: entry });
        return;
      case 'tool_call_finished':
      case 'tool_call_crashed': {
        const tried = this.#tries.get(entry.effect_id);
        if (tried) this.#tries.set(entry.effect_id, { ...tried, closed: entry });
        return;
      }
      case 'approval_requested':
        this.#requests.set(entry.request_id, entry);
        // Asked for while the machine waits already: only an edit does that.
        if (entry.state_before === 'approval_required') this.#edited.add(entry.request_id);
        this.#live.add(entry.request_id);
        return;
      case 'approval_expired':
      case 'approval_superseded':
        this.#live.delete(entry.request_id);
        return;
      case 'approval_resolved':
        if (entry.approved) this.#approved.add(entry.request_id);
        else this.#live.delete(entry.request_id);
        return;
      default:
        return;
    }
  }
}
