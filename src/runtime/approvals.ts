/** The approvals of a store: listed, resolved by people, expired by the clock. */
import {
  approvalResolution,
  describeIssues,
  grantRevocation,
  resolveApprovalRecord,
  RuntimeError,
  type Approval,
  type ApprovalResolution,
  type ApprovalResolved,
  type CallContext,
  type GrantRevocation,
  type Kernel,
  type StandingGrant,
  type StoredRecord,
} from '../../kernel/index.ts';
import { currentCall } from '../../machines/index.ts';
import { decode, unlessDamaged, type OnDamage } from './codec.ts';
import { drivesItself, expireIfDue, type ExpiryParts } from './approval-expiry.ts';
import { isHostCall } from './abandoned.ts';
import { listGrants, revokeGrant } from './grants.ts';
import { InOrder } from './in-order.ts';
import type { SessionJournal } from './journal.ts';
import type { Lanes } from './lanes.ts';
import { readStart } from './session-records.ts';
import { wakeup } from './wakeup-records.ts';

export interface ApprovalsParts extends ExpiryParts {
  readonly lanes: Lanes;
  readonly onDamage: OnDamage;
}

export class Approvals {
  readonly #parts: ApprovalsParts;
  readonly #answers = new InOrder();

  constructor(parts: ApprovalsParts) {
    this.#parts = parts;
  }

  /**
   * The pending approvals on disk, the one that expires first at the front. One whose record is
   * damaged, or is not what was asked for, is left out, and a `failure` event tells of it.
   */
  async list(): Promise<Approval[]> {
    const { store, onDamage } = this.#parts;
    const pending: Approval[] = [];
    for await (const record of store.scan('wakeup')) {
      const id = String(record.key[1]);
      const approval = await unlessDamaged(id, onDamage, () => this.#expiring(record));
      if (approval?.status === 'pending') pending.push(copyOf(approval));
    }
    return pending;
  }

  async #expiring({ key, value }: StoredRecord): Promise<Approval | undefined> {
    const due = decode(wakeup, value, `wakeup ${key.join(' ')}`);
    if (due.kind !== 'approval_expiry') return undefined;
    const { session_id, request_id } = due;
    return this.#parts.journals.using(session_id, (journal) => journal.approval(request_id));
  }

  /** @throws RuntimeError APPROVAL_NOT_FOUND, STORE_CORRUPT (it is not what was asked for) */
  async get(request_id: string): Promise<Approval> {
    const session_id = await this.#sessionOf(request_id);
    const { journals } = this.#parts;
    const approval = await journals.using(session_id, (journal) => journal.approval(request_id));
    if (!approval) throw notFound(request_id);
    return copyOf(approval);
  }

  /**
   * The approval that a resolved request grants: itself, or the one with the edited input.
   * Undefined where it grants nothing: undecided, declined, too late, or used.
   * @throws RuntimeError APPROVAL_NOT_FOUND
   */
  async granted(request_id: string): Promise<Approval | undefined> {
    const asked = await this.get(request_id);
    return this.#parts.journals.using(asked.session_id, async (journal) => {
      const granted = journal
        .liveApprovals()
        .find(
          ({ status, ...live }) =>
            status === 'approved' && [live.request_id, live.edited_from].includes(request_id),
        );
      return granted && copyOf(granted);
    });
  }

  /**
   * What people granted beside single calls and is in force, of one session or of all. One whose
   * record is damaged is left out, and a `failure` event tells of it.
   */
  grants(session_id?: string): Promise<StandingGrant[]> {
    return listGrants(this.#parts, session_id);
  }

  /**
   * Ends what was granted with an approval, before its time. Answers when that is on disk.
   * @throws RuntimeError INVALID_INPUT, APPROVAL_NOT_FOUND, APPROVAL_NOT_PENDING (nothing that was
   * granted with it is in force)
   */
  async revoke(given: GrantRevocation): Promise<void> {
    const parsed = grantRevocation.safeParse(given);
    if (!parsed.success) {
      throw new RuntimeError('INVALID_INPUT', `Revocation: ${describeIssues(parsed.error)}`);
    }
    const session_id = await this.#sessionOf(parsed.data.request_id);
    await revokeGrant(this.#parts, session_id, parsed.data);
  }

  /**
   * Records a person's decision, and lets the session that waits for it go on. Answers when the
   * decision is on disk. Several decisions on one request count in the order of these calls.
   * @throws RuntimeError INVALID_INPUT, APPROVAL_NOT_FOUND, APPROVAL_NOT_PENDING,
   * APPROVAL_EXPIRED, POLICY_DENIED (an edited input that policy denies), STORE_CORRUPT
   */
  async resolve(given: ApprovalResolution): Promise<ApprovalResolved> {
    const parsed = approvalResolution.safeParse(given);
    if (!parsed.success) {
      throw new RuntimeError('INVALID_INPUT', `Resolution: ${describeIssues(parsed.error)}`);
    }
    const resolution = parsed.data;
    return this.#answers.run(resolution.request_id, () => this.#resolve(resolution));
  }

  async #resolve(resolution: ApprovalResolution): Promise<ApprovalResolved> {
    const session_id = await this.#sessionOf(resolution.request_id);
    return this.#parts.journals.using(session_id, async (journal) => {
      const approval = await journal.approval(resolution.request_id);
      if (!approval) throw notFound(resolution.request_id);
      if (await expireIfDue(this.#parts, journal, approval)) {
        const message = `Approval ${approval.request_id} was open until ${approval.expires_at}`;
        throw new RuntimeError('APPROVAL_EXPIRED', message);
      }
      const kernel = await this.#kernelOf(approval);
      const isDriven =
        approval.status === 'pending' && (await drivesItself(this.#parts.store, session_id));
      // From here to what is staged nothing is awaited: two votes cannot both be the first.
      if (isDriven && !this.#isVote(journal, resolution)) {
        return this.#resolveInSession(kernel, approval, resolution);
      }
      const context = contextOf(approval);
      const { resolved } = kernel.resolveApproval(journal, approval, resolution, context);
      await journal.commit();
      return resolved;
    });
  }

  /** Whether others have to agree as well, so that the session waits on. */
  #isVote(journal: SessionJournal, resolution: ApprovalResolution): boolean {
    const { request_id } = resolution;
    const standing = journal.liveApprovals().find((live) => live.request_id === request_id);
    if (!standing) return false;
    const decided = resolveApprovalRecord(standing, resolution, this.#parts.clock.now());
    return 'outcome' in decided && decided.outcome === 'voted';
  }

  async #resolveInSession(
    kernel: Kernel,
    approval: Approval,
    resolution: ApprovalResolution,
  ): Promise<ApprovalResolved> {
    const { actors: host } = this.#parts;
    const { session_id, request_id } = approval;
    const { approved } = resolution;
    let resolved: ApprovalResolved | undefined;
    const event = {
      type: 'approval.resolved',
      request_id,
      approved,
      granted_request_id: request_id,
    } as const;
    await host.deliver(session_id, event, {
      prepare: async (files, live) => {
        const position = currentCall(live.actor.getSnapshot().context);
        const decline = await host.effects(session_id)?.declineTool(files, position);
        return ({ journal }) => {
          const context = contextOf(approval);
          const decided = kernel.resolveApproval(journal, approval, resolution, context);
          resolved = decided.resolved;
          const { reason, approved_by } = resolution;
          if (!approved) decline?.({ ...approval, approved_by, ...(reason && { reason }) });
          return { ...event, granted_request_id: decided.granted_request_id };
        };
      },
    });
    if (!resolved) throw notFound(request_id);
    return resolved;
  }

  /** A call of a session is decided on in the lane of the session, one of a host is in ours. */
  async #kernelOf({ session_id, effect_id }: Approval): Promise<Kernel> {
    const { store, lanes } = this.#parts;
    const start = isHostCall(effect_id) ? undefined : await readStart(store, session_id);
    return start ? lanes.of(start).kernel : lanes.hostKernel;
  }

  async #sessionOf(request_id: string): Promise<string> {
    const session_id = await this.#parts.store.get('approval_ref', [request_id]);
    if (session_id === undefined) throw notFound(request_id);
    return session_id;
  }
}

const notFound = (request_id: string): RuntimeError =>
  new RuntimeError('APPROVAL_NOT_FOUND', `There is no approval ${JSON.stringify(request_id)}`);

/** An edited call is decided on as the call itself was, whoever edits it. */
function contextOf({ run_id, task_id, session_id, intent, metadata }: Approval): CallContext {
  const stated = intent === undefined ? {} : { agent_intent: intent };
  return { run_id, task_id, session_id, allowed_scopes: [], metadata: metadata ?? stated };
}

/** What is handed out is the reader's own; the record that calls run under stays as it is. */
function copyOf(approval: Approval): Approval {
  return structuredClone(approval);
}
