/** The suite that every store has to pass, for whoever writes one; it needs no test runner. */
import { commitCases } from './conformance/commits.ts';
import { lifecycleCases } from './conformance/lifecycle.ts';
import { scanCases } from './conformance/scans.ts';
import type { StoreCapabilities, StoreCase, StoreSubject } from './conformance/subject.ts';

export type { StoreCapabilities, StoreCase, StoreSubject };

/**
 * Lists the cases of the suite; each opens a store of its own and disposes of it. A case that fails
 * rejects with an AssertionError.
 * @example
 * const capabilities = { durable: false };
 * const open = async () => {
 *   const store = memoryStore();
 *   return { store, dispose: () => store.close() };
 * };
 * for (const { name, run } of storeConformance({ open, capabilities })) test(name, run);
 */
export function storeConformance(suite: {
  readonly open: () => Promise<StoreSubject>;
  readonly capabilities: StoreCapabilities;
}): readonly StoreCase[] {
  const checks = [...scanCases, ...commitCases, ...lifecycleCases];
  return checks
    .filter((check) => suite.capabilities.durable || check.needs !== 'durable')
    .map(({ name, check }) => ({
      name,
      run: async () => {
        const subject = await suite.open();
        try {
          await check(subject);
        } finally {
          await subject.dispose();
        }
      },
    }));
}
