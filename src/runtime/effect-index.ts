/** What the tail of a session's evidence says of its effects; small, whatever the session's age. */
import type { EffectRecord, EvidenceEntry } from '../../kernel/index.ts';
import { isHostCall } from './abandoned.ts';

interface Indexed extends EffectRecord {
  /** Where its last try was opened. */
  readonly seq: number;
  /** Where the machine stood when its last try was opened. */
  readonly state_before?: string | undefined;
}

export class EffectIndex {
  readonly #effects = new Map<string, Indexed>();

  get(effect_id: string): EffectRecord | undefined {
    return this.#effects.get(effect_id);
  }

  /** Where the machine stood when an effect was last begun. */
  startedIn(effect_id: string): string | undefined {
    return this.#effects.get(effect_id)?.state_before;
  }

  open(): readonly EffectRecord[] {
    return [...this.#effects.values()].filter((effect) => effect.status === 'started');
  }

  /** The first entry that a restart has to read, given the number of the next one. */
  tail(next_seq: number): number {
    let tail = next_seq;
    for (const effect of this.#effects.values()) tail = Math.min(tail, effect.seq);
    return tail;
  }

  apply(entry: EvidenceEntry): void {
    switch (entry.kind) {
      case 'tool_call_started':
        return this.#opened(entry, 'started');
      case 'tool_call_denied':
        return this.#opened(entry, 'denied');
      case 'tool_call_finished':
        return this.#closed(entry, 'finished');
      case 'tool_call_crashed':
        return this.#closed(entry, 'crashed');
      default:
        return undefined;
    }
  }

  #opened(
    entry: Extract<EvidenceEntry, { kind: 'tool_call_started' | 'tool_call_denied' }>,
    status: 'started' | 'denied',
  ): void {
    if (isHostCall(entry.effect_id)) {
      if (status === 'started') this.#set(entry, status);
      return;
    }
    // The machine asks for the next effect only after it has heard of the one before.
    for (const [id, effect] of this.#effects) {
      if (effect.status !== 'started' && !isHostCall(id)) this.#effects.delete(id);
    }
    this.#set(entry, status);
  }

  #closed(
    entry: Extract<EvidenceEntry, { kind: 'tool_call_finished' | 'tool_call_crashed' }>,
    status: 'finished' | 'crashed',
  ): void {
    const opened = this.#effects.get(entry.effect_id);
    if (isHostCall(entry.effect_id)) this.#effects.delete(entry.effect_id);
    else this.#set(entry, status, opened);
  }

  #set(
    entry: Extract<EvidenceEntry, { effect_id: string; receipt_id: string }>,
    status: EffectRecord['status'],
    opened: Pick<Indexed, 'seq' | 'state_before'> = entry,
  ): void {
    const { effect_id, receipt_id, tool_name, attempt, restart } = entry;
    const duration_ms = 'duration_ms' in entry ? entry.duration_ms : 0;
    const output_hash = 'output_hash' in entry ? entry.output_hash : undefined;
    this.#effects.set(effect_id, {
      effect_id,
      receipt_id,
      tool_name,
      attempt,
      restart,
      status,
      duration_ms,
      has_succeeded: entry.kind === 'tool_call_finished' && entry.result === 'success',
      output_hash,
      seq: opened.seq,
      state_before: opened.state_before,
    });
  }
}
