/** Stops that are no successes, whatever the wire format calls them. */
import { failed, permanent, type Failure, type Outcome } from './failure.ts';

export type Stop = 'truncated' | 'filtered' | 'refused';

/** The failure of a stopped answer; `details` tell what it cost all the same. */
export function stopped(stop: Stop, details: Failure['details'], words?: string): Outcome<never> {
  switch (stop) {
    case 'truncated':
      return failed(
        permanent('PROVIDER_OUTPUT_TRUNCATED', 'the answer stopped at the output limit', details),
      );
    case 'filtered':
      return failed(
        permanent('PROVIDER_CONTENT_FILTERED', 'a content filter cut the answer', details),
      );
    case 'refused':
      return failed(
        permanent('PROVIDER_REFUSED', `the model refused${words ? `: ${words}` : ''}`, details),
      );
  }
}
