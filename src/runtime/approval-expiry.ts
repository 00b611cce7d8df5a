/** The end of approvals that nobody decided on: recorded once, and told to who waits. */
import { stageExpired, type Approval, type Clock, type Store } from '../../kernel/index.ts';
import { currentCall } from '../../machines/index.ts';
import type { Actors } from './actor-host.ts';
import type { SessionJournal } from './journal.ts';
import type { Journals } from './journals.ts';
import { readStart } from './session-records.ts';
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
  const stage = (): undefined => void stageExpired(journal, approval, clock);
  if (!isWaitedFor) {
    stage();
    await journal.commit();
  } else if (approval.deferred) {
    await denyDeferred(actors, approval, stage);
  } else {
    await actors.deliver(session_id, event, { stage });
  }
  return true;
}

/** The deadline of a deferred call is a denial: the model is told, and goes on. */
async function denyDeferred(
  actors: Actors,
  approval: Approval,
  stageExpiry: () => void,
): Promise<void> {
  const { session_id, request_id } = approval;
  const denial = { approved: false, granted_request_id: request_id } as const;
  const event = { type: 'approval.resolved', request_id, ...denial } as const;
  await actors.deliver(session_id, event, {
    prepare: async (files, live) => {
      const position = currentCall(live.actor.getSnapshot().context);
      const decline = await actors.effects(session_id)?.declineTool(files, position);
      return () => {
        stageExpiry();
        decline?.({ ...approval, status: 'expired' });
        return event;
      };
    },
  });
}

/** Whether a session moves by itself; calls of hosts and sessions of hosts do not. */
export async function drivesItself(store: Store, session_id: string): Promise<boolean> {
  return (await readStart(store, session_id))?.driver === 'runtime';
}
