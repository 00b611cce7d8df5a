/** What a start does about the time when nobody ran: what came due, and what was interrupted. */
import PQueue from 'p-queue';
import type { Actors } from './actor-host.ts';
import type { StoreHost } from './store-host.ts';
import { record } from './session-entries.ts';

/** Sessions that are brought back at the same time. */
const CONCURRENCY = 32;

/**
 * Fires missed wakeups in order, then lets every session go on that was running. A session that
 * cannot be restored is told of and left alone; it holds up nobody.
 */
export async function recover(host: StoreHost, actors: Actors): Promise<void> {
  await host.wakeups.open();
  const queue = new PQueue({ concurrency: CONCURRENCY });
  for await (const { key } of host.store.scan('running')) {
    const session_id = String(key[0]);
    if (actors.active(session_id)) continue;
    const resumed = queue.add(() =>
      actors.activate(session_id, { stage: (files) => record(files, 'session_resumed') }),
    );
    resumed.catch((error: unknown) => host.reportFailure(session_id, error));
  }
  await queue.onIdle();
}
