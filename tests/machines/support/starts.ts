/** The ways in which a session may start. */
import type { SessionInput } from '../../../machines/index.ts';
import { NARROW, WAKE_AT } from './events.ts';

export interface Start {
  readonly name: string;
  readonly input: SessionInput;
}

const session_id = 's';

/** Nearly every place of the walk lies on a path from here. */
export const AT_ONCE: Start = { name: 'at once', input: { session_id, limits: NARROW } };

export const OTHER_STARTS: readonly Start[] = [
  { name: 'at an instant', input: { session_id, limits: NARROW, wake_at: WAKE_AT } },
  { name: 'without a budget', input: { session_id, limits: NARROW, turns_left: 0 } },
];
