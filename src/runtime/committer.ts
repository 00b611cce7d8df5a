/**
 * Group commit: what all journals staged since the last batch becomes one batch and one sync.
 * Batches keep their order; the next one gathers while the present one is on its way.
 */
import type { Store, Write } from '../../kernel/index.ts';

/** Something with staged writes. It is asked for them at the last moment before its batch. */
export interface CommitSource {
  readonly drain: () => readonly Write[];
  /** What was drained is on disk. */
  readonly committed: () => void;
  /** What was drained is lost, and all that was staged after it has no ground to stand on. */
  readonly failed: (error: unknown) => void;
}

export interface Committer {
  /** Answers when what the source has staged by now is on disk. */
  readonly commit: (source: CommitSource) => Promise<void>;
  /** Answers when no batch is under way and nothing waits for one. */
  readonly idle: () => Promise<void>;
}

/** Makes the committer of a store; one store has one, or batches would overtake each other. */
export function createCommitter(store: Store): Committer {
  let waiting = new Set<CommitSource>();
  let next: PromiseWithResolvers<void> | undefined;
  let flushing: Promise<void> | undefined;

  const flush = async (): Promise<void> => {
    while (waiting.size > 0) {
      const sources = waiting;
      const batch = next;
      waiting = new Set();
      next = undefined;
      try {
        await store.commit([...sources].flatMap((source) => source.drain()));
        for (const source of sources) source.committed();
        batch?.resolve();
      } catch (error) {
        // All or nothing: what any of them staged in this batch is not on disk.
        for (const source of sources) source.failed(error);
        batch?.reject(error);
      }
    }
    flushing = undefined;
  };

  return {
    commit: (source) => {
      waiting.add(source);
      next ??= Promise.withResolvers<void>();
      // Everything that becomes ready in this turn of the event loop shares the batch.
      flushing ??= new Promise((resolve) => setImmediate(resolve)).then(flush);
      return next.promise;
    },
    idle: () => flushing ?? Promise.resolve(),
  };
}
