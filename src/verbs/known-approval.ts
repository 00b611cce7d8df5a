/** Hosts also carry request ids of other kernels: our own runtime knows no approvals of those. */
import { isRuntimeError } from '../../kernel/index.ts';

/** What is read of an approval; undefined where it is one that our runtime does not know. */
export async function ifKnown<Found>(reading: Promise<Found>): Promise<Found | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (isRuntimeError(error) && error.code === 'APPROVAL_NOT_FOUND') return undefined;
    throw error;
  }
}
