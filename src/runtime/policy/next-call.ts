/** The next call of a past session, as far as it is known before it is made. */
import { invariant, type Store } from '../../../kernel/index.ts';
import { callHistory } from '../call-history.ts';
import { internalsOf, type Runtime } from '../runtime.ts';
import { readSession, readSummary } from '../session-records.ts';
import { notFound } from '../summary.ts';
import type { PolicyQuery } from './explain.ts';
import type { WorkspaceRulebook } from './rulebook.ts';

/** Whose call it is, under which rules, and what came before it. */
export interface NextCall {
  readonly rulebook: WorkspaceRulebook;
  readonly caller: Pick<
    PolicyQuery,
    'session_id' | 'task_id' | 'run_id' | 'metadata' | 'offered' | 'history'
  >;
}

/**
 * Reads who a session of this runtime's store is to policy, and what it did before.
 * @throws RuntimeError SESSION_NOT_FOUND, STORE_CORRUPT
 */
export async function readNextCall(
  runtime: Runtime,
  opened: WorkspaceRulebook,
  session_id: string,
): Promise<NextCall> {
  const parts = internalsOf(runtime);
  invariant(parts, 'a runtime of ours has its parts');
  const { store } = parts.held.host;
  if ((await store.get('head', [session_id])) === undefined) throw notFound(session_id);
  // Calls of a host have a chain, and are no session.
  const isSession = (await store.get('session', [session_id])) !== undefined;
  const { start, ...caller } = isSession ? await readCaller(store, session_id) : {};
  const rulebook = start ? opened.ofSession(start) : opened;
  const history = await callHistory(store, session_id, rulebook.book);
  return { rulebook, caller: { session_id, ...caller, history } };
}

async function readCaller(store: Store, session_id: string) {
  const [{ start }, summary] = await Promise.all([
    readSession(store, session_id),
    readSummary(store, session_id),
  ]);
  const { run_id, task_id, metadata, tool_catalog } = start;
  return {
    ...{ start, run_id, task_id },
    metadata: {
      ...metadata,
      agent_turn_index: Math.max(0, summary.turn_count - 1),
      agent_tool_call_count: summary.tool_call_count,
    },
    ...(tool_catalog && { offered: new Set(tool_catalog.map(({ name }) => name)) }),
  };
}
