/** Which sessions go on from another one, and so still rest on what it did. */
import { evidenceEntry, type Store } from '../../kernel/index.ts';
import { forkedFrom } from './call-history.ts';
import { decode } from './codec.ts';
import { readSummary } from './session-records.ts';

/**
 * Answers a session that was forked from this one, or from a fork of it, and may go on. Its rules
 * may ask what was done before it was forked.
 */
export async function livingFork(store: Store, session_id: string): Promise<string | undefined> {
  const forks = await forksByOrigin(store);
  const found = [session_id];
  for (const origin of found) {
    for (const fork of forks.get(origin) ?? []) {
      const { state } = await readSummary(store, fork);
      if (state !== 'complete') return fork;
      found.push(fork);
    }
  }
  return undefined;
}

async function forksByOrigin(store: Store): Promise<ReadonlyMap<string, readonly string[]>> {
  const forks = new Map<string, string[]>();
  for await (const { key } of store.scan('session')) {
    const session_id = String(key[0]);
    const first = await store.get('evidence', [session_id, 0]);
    if (first === undefined) continue;
    const origin = forkedFrom(decode(evidenceEntry, first, `evidence ${session_id}/0`));
    if (!origin) continue;
    forks.set(origin.session_id, [...(forks.get(origin.session_id) ?? []), session_id]);
  }
  return forks;
}
