/** Which stop reasons of the Messages API are no successes. */
import type { Stop } from '../shared/stop.ts';

/** The stop that a stop reason means, or nothing where the answer is whole. */
export function stopOf(stop_reason: string): Stop | undefined {
  switch (stop_reason) {
    case 'max_tokens':
    case 'model_context_window_exceeded':
      return 'truncated';
    case 'content_filter':
      return 'filtered';
    case 'refusal':
      return 'refused';
    default:
      return undefined;
  }
}
