/** Text that is told while it streams, and the few snapshots of it that outlive the call. */
import type { TurnOutput } from '../../../kernel/contract/index.ts';
import type { TurnProgress } from '../../../kernel/index.ts';

export interface Snapshot {
  readonly sequence: number;
  readonly state: 'partial' | 'final';
  readonly data: TurnProgress | TurnOutput;
}

/** Live observers get every step; the result keeps the first ones, so that it stays small. */
export const SNAPSHOTS_MAX = 32;

export interface ProgressLog {
  readonly tell: (assistant_message: string) => void;
  /** What the metadata of a finished stream holds. */
  readonly metadataOf: (turn: TurnOutput) => {
    readonly stream_snapshot_count: number;
    readonly tool_progress_snapshots: readonly Snapshot[];
  };
  readonly hasTold: () => boolean;
}

/** Opens the log of one attempt; `onProgress` hears each step as it comes. */
export function createProgressLog(
  provider: TurnProgress['provider'],
  onProgress: (progress: TurnProgress) => void,
): ProgressLog {
  const kept: Snapshot[] = [];
  let partialCount = 0;
  return {
    tell: (assistant_message) => {
      const data = { assistant_message, provider };
      if (kept.length < SNAPSHOTS_MAX)
        kept.push({ sequence: partialCount, state: 'partial', data });
      partialCount += 1;
      onProgress(data);
    },
    metadataOf: (turn) => ({
      stream_snapshot_count: partialCount + 1,
      tool_progress_snapshots: [...kept, { sequence: partialCount, state: 'final', data: turn }],
    }),
    hasTold: () => partialCount > 0,
  };
}
