/**
 * Says in the entries of a session where its machine stood: a string on each, and on those about
 * the session itself the hash of all that the machine knew.
 */
import { contentHash, type EntryDraft } from '../../kernel/index.ts';

/** What a machine knows, in the words of its snapshot. */
export interface Knowledge {
  readonly value: unknown;
  readonly context: unknown;
}

/** Where a machine stands. */
export interface Standing extends Knowledge {
  /** As in `tool_request.executing`. */
  readonly detail: string;
}

/** The hash that a replay has to come to as well. */
export const knowledgeHash = ({ value, context }: Knowledge): string =>
  contentHash({ value, context });

export interface States {
  readonly detail: string;
  readonly message_count: number;
  /** The hash of what the machine knows, as far as it may be kept. */
  readonly hash: () => string;
  /** Where the machine stood when an effect was begun. */
  readonly startedIn: (effect_id: string) => string | undefined;
}

/**
 * Adds to a draft where its session stands. Receipts say where their call began as well; a draft
 * that brings its own `state_before` is a move, and ends where the session stands now.
 */
export function withStates(draft: EntryDraft, states: States): EntryDraft {
  const { detail, message_count, hash, startedIn } = states;
  switch (draft.kind) {
    case 'tool_call_progress':
    case 'approval_voted':
    case 'grant_revoked':
      // They move nothing, and are written whether or not the session is in memory.
      return draft;
    case 'tool_call_finished':
    case 'tool_call_crashed': {
      const state_before = startedIn(draft.effect_id) ?? detail;
      return { ...draft, state_before, state_after: detail };
    }
    case 'tool_call_denied':
      return { ...draft, state_before: detail, state_after: detail };
    case 'tool_call_started':
      return { ...draft, state_before: detail, message_count };
    case 'approval_requested':
    case 'approval_resolved':
    case 'approval_expired':
    case 'approval_superseded':
      return { ...draft, state_before: detail };
    default:
      return draft.state_before === undefined
        ? { ...draft, state_before: detail, state_hash: hash(), message_count }
        : { ...draft, state_after: detail, state_hash: hash(), message_count };
  }
}
