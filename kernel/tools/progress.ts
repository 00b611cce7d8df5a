/**
 * Progress of a running call: told live each time, and recorded whenever it has doubled, so that
 * the evidence of a long stream stays as small as the stream itself.
 */
import { canonicalJson } from '../canonical.ts';
import type { Journal } from '../ports.ts';
import type { Call } from './call.ts';

export interface EffectProgress {
  readonly session_id: string;
  readonly effect_id: string;
  readonly tool_name: string;
  readonly sequence: number;
  readonly data: unknown;
}

export interface Progress {
  /** Given to the tool; it never throws, and after the end it does nothing. */
  readonly onProgress: (data: unknown) => void;
  readonly end: () => void;
}

interface Listener {
  readonly onProgress: (progress: EffectProgress) => void;
}

interface Running {
  readonly call: Call;
  readonly journal: Journal;
}

/** Opens the progress of one try of a call. */
export function openProgress(
  { onProgress: tell }: Listener,
  { call, journal }: Running,
  tried: { readonly receipt_id: string; readonly restart: number },
): Progress {
  const { session_id, task_id, run_id } = call.context;
  const { effect_id, attempt } = call;
  const tool_name = call.tool.name;
  let isOpen = true;
  let sequence = 0;
  let recorded_length = 0;
  const record = (data: unknown): void => {
    journal.stage({
      kind: 'tool_call_progress',
      ...tried,
      ...{ effect_id, attempt, tool_name, run_id, task_id, sequence },
      state: 'partial',
      snapshot_hash: journal.stageBlob(data),
    });
  };
  const onProgress = (data: unknown): void => {
    if (!isOpen) return;
    try {
      const { length } = canonicalJson(data);
      if (sequence === 0 || length >= 2 * recorded_length) {
        recorded_length = length;
        record(data);
      }
      tell({ session_id, effect_id, tool_name, sequence, data });
      sequence += 1;
    } catch {
      // What JSON cannot hold, or a store that has failed: the tool is not to suffer from it, and
      // the end of the call meets the same failure where it is heard.
      isOpen = false;
    }
  };
  return {
    onProgress,
    end: () => {
      isOpen = false;
    },
  };
}
