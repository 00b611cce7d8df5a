/** The events that came to a session from outside, read from the entries that tell of them. */
import type { EvidenceEntry } from '../../../kernel/index.ts';
import type { SessionEvent } from '../../../machines/index.ts';
import { eventOf } from '../escalations.ts';
import { answerOf, resumedBy } from './details.ts';
import type { ReplayLog } from './log.ts';

/** An event on its way to the machine. */
interface Arrival {
  readonly event: SessionEvent;
  /** Whether an entry was written with the event, and so before the machine heard of it. */
  readonly comesWith: (entry: EvidenceEntry) => boolean;
}

const arrival = (
  event: SessionEvent,
  comesWith: Arrival['comesWith'] = () => false,
): readonly Arrival[] => [{ event, comesWith }];

const isSuperseded = ({ kind }: EvidenceEntry): boolean => kind === 'approval_superseded';

const isDenialOf =
  (effect_id: string | undefined) =>
  (entry: EvidenceEntry): boolean =>
    entry.kind === 'tool_call_denied' && entry.effect_id === effect_id;

/** What an entry brings to the machine that waits under `waits_for`, the id of a request. */
function arrivalsOf(
  entry: EvidenceEntry,
  log: ReplayLog,
  waits_for: string | null,
): readonly Arrival[] {
  switch (entry.kind) {
    case 'session_message':
      return arrival({ type: 'message.received' });
    case 'session_woken':
      return arrival({ type: 'wakeup.due' });
    case 'session_resumed': {
      const event = resumedBy(entry.details);
      return event ? arrival(event) : [];
    }
    case 'session_canceled':
      return arrival({ type: 'session.cancel' }, isSuperseded);
    case 'escalation_answered': {
      const answered = answerOf(entry.details);
      if (!answered) return [];
      const { answer, limits } = answered;
      const comesWith = answer.action === 'abandon' ? isSuperseded : () => false;
      return [
        ...arrival({ type: 'limits.changed', limits }, comesWith),
        ...arrival(eventOf(answer), comesWith),
      ];
    }
    case 'approval_resolved': {
      const { request_id: granted_request_id, approved } = entry;
      const effect_id = log.effectOf(granted_request_id);
      if (waits_for === null || effect_id !== log.effectOf(waits_for)) return [];
      // Where the input was edited, the machine waits for the request that this one replaced.
      const decided = { request_id: waits_for, approved, granted_request_id };
      return arrival({ type: 'approval.resolved', ...decided }, isDenialOf(effect_id));
    }
    case 'approval_expired': {
      const { request_id } = entry;
      if (waits_for !== request_id) return [];
      const comesWith = isDenialOf(log.effectOf(request_id));
      return arrival({ type: 'approval.expired', request_id }, comesWith);
    }
    default:
      return [];
  }
}

export class Arrivals {
  readonly #log: ReplayLog;
  #waiting: readonly Arrival[] = [];

  constructor(log: ReplayLog) {
    this.#log = log;
  }

  /** Takes in what an entry brings. */
  enter(entry: EvidenceEntry, waits_for: string | null): void {
    const [first] = this.#waiting;
    if (first?.event.type === 'approval.expired' && first.comesWith(entry)) {
      // A deferred call: its deadline is a denial.
      const { request_id } = first.event;
      const denial = { approved: false, request_id, granted_request_id: request_id };
      this.#waiting = arrival({ type: 'approval.resolved', ...denial });
    }
    this.#waiting = [...this.#waiting, ...arrivalsOf(entry, this.#log, waits_for)];
  }

  /** The event that the machine hears before the next entry is written, taken out. */
  take(next: EvidenceEntry | undefined): SessionEvent | undefined {
    const [first, ...rest] = this.#waiting;
    if (!first || (next && first.comesWith(next))) return undefined;
    this.#waiting = rest;
    return first.event;
  }
}
