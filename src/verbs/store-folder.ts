/** Where the sessions of a host live: one store below its storage root. */
import { join } from 'node:path';
import { isSamePlace, systemAlarm } from '../../adapters/index.ts';
import { internalsOf } from '../runtime/runtime.ts';
import { holdStoreHost, type HeldStoreHost } from '../runtime/store-hosts.ts';
import { clockOf } from './options.ts';

export const STORE_FOLDER = join('.troupe', 'store');

/**
 * Opens the store below a storage root, or shares it: with the other verbs on that root, and with
 * our own runtime where that is its workspace.
 * @throws RuntimeError INVALID_INPUT, STORE_LOCKED naming the process that holds it, STORE_FOREIGN
 */
export async function holdHostStore(
  storageRoot: string,
  executor: object,
  now?: () => string,
): Promise<HeldStoreHost> {
  const clock = clockOf(now);
  const own = internalsOf(executor);
  if (own?.folder !== undefined && (await isSamePlace(own.folder, storageRoot))) {
    return { host: own.held.host, close: () => Promise.resolve() };
  }
  return holdStoreHost(join(storageRoot, STORE_FOLDER), { clock, alarm: systemAlarm });
}
