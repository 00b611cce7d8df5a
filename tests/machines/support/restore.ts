/** A session on its way through the disk: written as JSON, read back, restored by the machine. */
import { createActor } from 'xstate';
import { sessionMachine } from '../../../machines/index.ts';
import type { SessionSnapshot } from './rules.ts';

/** The bytes that a store would keep of a snapshot. */
export const saved = (snapshot: SessionSnapshot): string =>
  JSON.stringify(sessionMachine.getPersistedSnapshot(snapshot));

/** Restores a snapshot from a fresh parse, as XState writes into what it is given. */
export function restored(text: string): SessionSnapshot {
  const snapshot = JSON.parse(text) as never;
  return createActor(sessionMachine, { snapshot, input: { session_id: '' } }).getSnapshot();
}
