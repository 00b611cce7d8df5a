/** A store for one life of a process: it can fail a commit, and it can end in the middle of all. */
import { RuntimeError, type Store, type StoredRecord, type Write } from 'troupe/kernel';

export interface MortalStore extends Store {
  /** The process ends here: nothing more reaches the disk, and nobody hears an answer. */
  readonly die: () => void;
  /** The next commit is refused by the disk. */
  readonly failNext: () => void;
  /** Whether a commit was refused in this life, or will be. */
  readonly isFaulty: () => boolean;
}

/** What becomes of a batch on its way to the disk; a sound disk leaves it as it is. */
export type Bend = (writes: readonly Write[]) => readonly Write[];

const never = <T>(): Promise<T> => new Promise<T>(() => {});

/** Opens a life on a disk that outlives it. */
export function mortalStore(disk: Store, bend: Bend = (writes) => writes): MortalStore {
  let isDead = false;
  let isFailing = false;
  let hasFailed = false;
  return {
    isFaulty: () => isFailing || hasFailed,
    location: disk.location,
    die: () => {
      isDead = true;
    },
    failNext: () => {
      isFailing = true;
    },
    close: () => Promise.resolve(),
    async commit(writes) {
      if (isDead) return never();
      if (isFailing) {
        isFailing = false;
        hasFailed = true;
        throw new RuntimeError('STORE_WRITE_FAILED', 'The disk refuses, as planned');
      }
      await disk.commit(bend(writes));
      if (isDead) return never();
    },
    async get(kind, key) {
      return isDead ? never() : disk.get(kind, key);
    },
    async *scan(kind, scan): AsyncGenerator<StoredRecord, void, undefined> {
      if (isDead) await never();
      yield* disk.scan(kind, scan);
    },
  };
}
