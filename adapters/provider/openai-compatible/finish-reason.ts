/** Which finish reasons of the Chat Completions API are no successes. */
import type { Stop } from '../shared/stop.ts';

/** The stop that a finish reason means, or nothing where the answer is whole. */
export function stopOf(finish_reason: string): Stop | undefined {
  switch (finish_reason) {
    case 'length':
      return 'truncated';
    case 'content_filter':
      return 'filtered';
    default:
      return undefined;
  }
}
