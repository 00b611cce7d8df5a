/** What a replay takes and what it answers. */
import type { EvidenceEntry, Message } from '../../../kernel/index.ts';
import type { Knowledge } from '../entry-states.ts';

/** A session as its records have it. */
export interface RecordedSession {
  readonly session_id: string;
  /** In the order of the chain. */
  readonly entries: readonly EvidenceEntry[];
  /** Contents by their hash, as far as they are there. */
  readonly contents: ReadonlyMap<string, unknown>;
  /** The whole conversation; without it, only the machine is held against the evidence. */
  readonly messages?: readonly Message[] | undefined;
  /** Where the saved session stands; absent where only its evidence is at hand. */
  readonly saved?: Knowledge | undefined;
}

/** One event that the machine heard, and where it went on it. */
export interface ReplayMove {
  /** The entry that the machine was on its way to; behind the last one where it is undefined. */
  readonly seq: number | undefined;
  readonly event: string;
  readonly from: string;
  readonly to: string;
}

/** The first place at which a session did not go as its machine goes. */
export interface ReplayDifference {
  /** The entry that does not fit, and its kind; the last one where only the saved state differs. */
  readonly seq: number;
  readonly kind: string;
  /** What the machine heard last; undefined where it had heard nothing. */
  readonly event: string | undefined;
  /** What follows for the machine from everything before. */
  readonly expected: string;
  /** What stands in the records. */
  readonly came: string;
}

interface Replayed {
  readonly session_id: string;
  readonly machine_version: string;
  /** How many entries the machine agreed with. */
  readonly entries: number;
  readonly moves: readonly ReplayMove[];
  /** Where the machine stood in the end. */
  readonly state: string;
}

export type ReplayResult =
  | (Replayed & { readonly ok: true })
  | (Replayed & { readonly ok: false; readonly difference: ReplayDifference });
