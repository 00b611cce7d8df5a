/** The end of approvals that nobody decided on: recorded once, and told to who waits. */
import { stageExpired, type Approval, type Clock, type Store } from '../../kernel/index.ts';
import type { Actors } from './actor-host.ts';
import { decode } from './codec.ts';
import type { SessionJournal } from './journal.ts';
import type { Journals } from './journals.ts';
import { sessionStart } from './session-start.ts';
import { removeApprovalExpiry } from './wakeup-records.ts';

export interface ExpiryParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly journals: Journals;
  readonly actors: Actors;
}

/** Expires an approval whose time is up; one that is decided keeps its decision. */
export async function expireApproval(
  parts: ExpiryParts,
  session_id: string,
  request_id: string,
): Promise<void> {
  await parts.journals.using(session_id, async (journal) => {
    const approval = await journal.approval(request_id);
    if (!approval || (await expireIfDue(parts, journal, approval))) return;
    // Decided in the meantime: only the wakeup is left over.
    if (approval.status !== 'pending') journal.stageWrites([removeApprovalExpiry(approval)]);
    await journal.commit();
  });
}

/** Records and tells the expiry of an approval that is due; answers whether it was. */
export async function expireIfDue(
  { store, clock, actors }: ExpiryParts,
  journal: SessionJournal,
  approval: Approval,
): Promise<boolean> {
  const { session_id, request_id } = approval;
  if (approval.status !== 'pending' || Date.parse(approval.expires_at) > clock.now()) return false;
  const event = { type: 'approval.expired', request_id } as const;
  const isWaitedFor =
    (await drivesItself(store, session_id)) &&
    (await actors.activate(session_id)).actor.getSnapshot().can(event);
  if (isWaitedFor) {
    const stage = (): undefined => void stageExpired(journal, approval, clock);
    await actors.deliver(session_id, event, { stage });
  } else {
    stageExpired(journal, approval, clock);
    await journal.commit();
  }
  return true;
}

/** Whether a session moves by itself; calls of hosts and sessions of hosts do not. */
export async function drivesItself(store: Store, session_id: string): Promise<boolean> {
  const text = await store.get('session_start', [session_id]);
  if (text === undefined) return false;
  return decode(sessionStart, text, `session_start ${session_id}`).driver === 'runtime';
}
