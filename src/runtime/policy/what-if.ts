/** What other rules would decide on the requests of past sessions. It changes nothing. */
import {
  invariant,
  isRuntimeError,
  tombstone,
  type RuntimeError,
  type Store,
} from '../../../kernel/index.ts';
import { decode } from '../codec.ts';
import type { Evidence } from '../evidence.ts';
import { internalsOf, type Runtime } from '../runtime.ts';
import { sessionStart } from '../session-start.ts';
import { judgeSession, type JudgedRequest, type UnjudgedRequest } from './judge-session.ts';
import type { WorkspaceRulebook } from './rulebook.ts';

/** A session of which something is gone or damaged, so that it cannot be judged as a whole. */
export interface IncompleteSession {
  readonly session_id: string;
  readonly why: string;
}

export interface WhatIf {
  readonly policy_version: string;
  readonly session_count: number;
  readonly unchanged_count: number;
  /** The requests that would be decided otherwise. */
  readonly flips: readonly JudgedRequest[];
  /** The requests that could not be decided on again. */
  readonly unjudged: readonly UnjudgedRequest[];
  readonly incomplete: readonly IncompleteSession[];
}

/**
 * Decides again on every request of these sessions, or of all, under the rules that are given.
 * Calls of hosts are judged without what their callers tightened, which no evidence holds.
 * @throws RuntimeError SESSION_NOT_FOUND for a named session without evidence.
 */
export async function whatIf(
  rulebook: WorkspaceRulebook,
  runtime: Runtime,
  session_ids?: readonly string[],
): Promise<WhatIf> {
  const parts = internalsOf(runtime);
  invariant(parts, 'a runtime of ours has its parts');
  const { evidence, store } = parts.held.host;
  const named = session_ids ?? (await Array.fromAsync(evidence.sessions()));
  const flips: JudgedRequest[] = [];
  const unjudged: UnjudgedRequest[] = [];
  const incomplete: IncompleteSession[] = [];
  let unchanged_count = 0;
  for (const session_id of named) {
    try {
      const why = await pruningOf(evidence, session_id);
      if (why !== undefined) incomplete.push({ session_id, why });
      const { rules, offered } = await termsOf(store, session_id, rulebook);
      for await (const request of judgeSession(rules, { session_id, evidence, offered })) {
        if (request.kind === 'unjudged') unjudged.push(request);
        else if (isFlip(request)) flips.push(request);
        else unchanged_count += 1;
      }
    } catch (error) {
      if (!isRuntimeError(error) || !isOfRecords(error, session_ids)) throw error;
      incomplete.push({ session_id, why: error.message });
    }
  }
  const { policy_version } = rulebook.governance;
  const session_count = named.length;
  return { policy_version, session_count, unchanged_count, flips, unjudged, incomplete };
}

/** Damage hides no other session; nor does a session without entries, unless it was named. */
function isOfRecords({ code }: RuntimeError, named: readonly string[] | undefined): boolean {
  return code === 'STORE_CORRUPT' || (code === 'SESSION_NOT_FOUND' && named === undefined);
}

/** What rules on the history do not see, where the first entries were pruned. */
async function pruningOf(evidence: Evidence, session_id: string): Promise<string | undefined> {
  const { tombstone: text } = await evidence.seals(session_id);
  if (text === undefined) return undefined;
  const { through_seq } = decode(tombstone, text, `tombstone ${session_id}`);
  if (through_seq < 0) return undefined;
  return `its entries through ${through_seq} were pruned: they are in no history here`;
}

function isFlip({ recorded, now, is_input_changed }: JudgedRequest): boolean {
  return recorded.decision !== now.decision || is_input_changed;
}

interface Terms {
  readonly rules: WorkspaceRulebook;
  /** The catalog that a host gave to the session, which no rules change. */
  readonly offered: ReadonlySet<string> | undefined;
}

/** A session is under the rules of its lane; calls of hosts are under those that were opened. */
async function termsOf(
  store: Store,
  session_id: string,
  opened: WorkspaceRulebook,
): Promise<Terms> {
  const text = await store.get('session_start', [session_id]);
  if (text === undefined) return { rules: opened, offered: undefined };
  const start = decode(sessionStart, text, `session_start ${session_id}`);
  const { tool_catalog } = start;
  const offered = tool_catalog && new Set(tool_catalog.map(({ name }) => name));
  return { rules: opened.ofSession(start), offered };
}
