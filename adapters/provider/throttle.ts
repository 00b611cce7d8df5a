/** Keeps turns within what a model profile allows: so many at once, so many a minute. */
import PQueue from 'p-queue';
import type { ModelAdapter, ResolvedProfile } from '../../kernel/index.ts';
import { canceled } from './shared/failure.ts';
import { unsentOutput } from './output.ts';

export interface ThrottleLimits {
  /** Turns of the profile in flight at the same time, their retries included. Default unbounded. */
  readonly concurrency?: number | undefined;
  /** Turns of the profile that start in any 60 seconds. Default unbounded. */
  readonly requests_per_minute?: number | undefined;
}

/**
 * Wraps an adapter so that the turns of each profile queue up behind its limits. A turn that is
 * canceled while it waits leaves the queue with OPERATION_CANCELED; one that runs keeps its place
 * until it has really ended, so that the limit holds for what the provider sees.
 * @example
 * throttled(adapter, () => ({ concurrency: 4, requests_per_minute: 60 }));
 */
export function throttled(
  adapter: ModelAdapter,
  limitsOf: (profile: ResolvedProfile) => ThrottleLimits,
): ModelAdapter {
  const queues = new Map<string, PQueue>();
  const queueOf = (profile: ResolvedProfile): PQueue => {
    const known = queues.get(profile.name);
    const queue = known ?? createQueue(limitsOf(profile));
    if (!known) queues.set(profile.name, queue);
    return queue;
  };
  return {
    executeTurn: async (request, options) => {
      const { signal } = options;
      const waiting = new AbortController();
      const leave = (): void => waiting.abort();
      if (signal.aborted) leave();
      signal.addEventListener('abort', leave, { once: true });
      const start = () => {
        // From here on the abort is the adapter's business: the queue would free the slot at once.
        signal.removeEventListener('abort', leave);
        return adapter.executeTurn(request, options);
      };
      try {
        return await queueOf(request.profile).add(start, { signal: waiting.signal });
      } catch (thrown) {
        if (waiting.signal.aborted) return unsentOutput(canceled(), request);
        throw thrown;
      } finally {
        signal.removeEventListener('abort', leave);
      }
    },
  };
}

function createQueue({ concurrency, requests_per_minute }: ThrottleLimits): PQueue {
  return new PQueue({
    ...(concurrency !== undefined && { concurrency }),
    ...(requests_per_minute !== undefined && {
      intervalCap: requests_per_minute,
      interval: 60_000,
      strict: true,
    }),
  });
}
