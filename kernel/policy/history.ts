/**
 * What policy remembers of a session: which of the call patterns that its rules name were started
 * before. A fact is named by the content of its pattern, and so means the same in every process.
 */
import { contentHash } from '../canonical.ts';
import type { CallPattern } from '../contract/index.ts';
import { callPredicate, type SeenCall } from './conditions.ts';

/** The facts that a set of rules asks about. */
export interface HistoryBook {
  /** Nobody asks about anything. */
  readonly isEmpty: boolean;
  /** The facts that one started call adds. */
  readonly factsOf: (call: SeenCall) => readonly string[];
  /** Whether any fact could come of a call of this tool. */
  readonly asksAbout: (tool_name: string) => boolean;
}

/** Names the fact that some call of a pattern was started: 16 hex digits. */
export function factOf(pattern: CallPattern): string {
  return contentHash(pattern).slice(0, FACT_LENGTH);
}

/** Collects the patterns of all rules into one book. */
export function historyBook(patterns: readonly CallPattern[]): HistoryBook {
  const matchers = [...new Map(patterns.map((pattern) => [factOf(pattern), pattern]))].map(
    ([fact, pattern]) => ({
      fact,
      matches: callPredicate(pattern),
      couldMatch: callPredicate({ ...pattern, arguments: [] }),
    }),
  );
  return {
    isEmpty: matchers.length === 0,
    factsOf: (call) => matchers.flatMap(({ fact, matches }) => (matches(call) ? [fact] : [])),
    asksAbout: (tool_name) =>
      matchers.some(({ couldMatch }) => couldMatch({ tool_name, input: undefined })),
  };
}

const FACT_LENGTH = 16;
