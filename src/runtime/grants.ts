/** What people granted beside single calls: found in every session, and taken back. */
import {
  approval as approvalSchema,
  grantsInForce,
  RuntimeError,
  stageRevoked,
  type Approval,
  type Clock,
  type GrantRevocation,
  type StandingGrant,
  type Store,
} from '../../kernel/index.ts';
import { decode, unlessDamaged, type OnDamage } from './codec.ts';
import type { Journals } from './journals.ts';

export interface GrantsParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly journals: Journals;
  readonly onDamage: OnDamage;
}

/** Lists what is in force, of one session or of all; a damaged session is told of and left out. */
export async function listGrants(
  parts: GrantsParts,
  session_id?: string,
): Promise<StandingGrant[]> {
  const { journals, clock, onDamage } = parts;
  const inForce: StandingGrant[] = [];
  for (const id of session_id === undefined ? await granting(parts) : [session_id]) {
    const grants = await unlessDamaged(id, onDamage, () =>
      journals.using(id, async (journal) => grantsInForce(journal, clock)),
    );
    inForce.push(...structuredClone(grants ?? []));
  }
  return inForce;
}

/** The sessions in which somebody granted something, as records have it: their evidence decides. */
async function granting({ store, onDamage }: GrantsParts): Promise<ReadonlySet<string>> {
  const sessions = new Set<string>();
  for await (const { key, value } of store.scan('approval')) {
    const id = String(key[0]);
    const read = async (): Promise<Approval> =>
      decode(approvalSchema, value, `approval ${key.join('/')}`);
    if ((await unlessDamaged(id, onDamage, read))?.grant) sessions.add(id);
  }
  return sessions;
}

/**
 * Ends what was granted with an approval; answers when that is on disk.
 * @throws RuntimeError APPROVAL_NOT_FOUND, APPROVAL_NOT_PENDING
 */
export async function revokeGrant(
  { journals, clock }: GrantsParts,
  session_id: string,
  { request_id, revoked_by }: GrantRevocation,
): Promise<void> {
  await journals.using(session_id, async (journal) => {
    const approval = await journal.approval(request_id);
    if (!approval) {
      const message = `There is no approval ${JSON.stringify(request_id)}`;
      throw new RuntimeError('APPROVAL_NOT_FOUND', message);
    }
    stageRevoked(journal, approval, revoked_by, clock);
    await journal.commit();
  });
}
