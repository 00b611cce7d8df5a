/** A grant of one call of a host that has run: what attacks on grants begin behind. */
import type { GrantRequest } from 'troupe/kernel';
import type { ApprovalDesk, Row } from './approval-desk.ts';

export const HOUR_MS = 60 * 60_000;
export const HOUR = { expires_in_ms: HOUR_MS };
export const ASKED = 'APPROVAL_REQUIRED';

/** Has a call approved with a grant, and runs it; answers the request. */
export async function granted(
  desk: ApprovalDesk,
  {
    text = 'a',
    session_id = 'host',
    ...grant
  }: Partial<GrantRequest> & {
    readonly text?: string;
    readonly session_id?: string;
  } = {},
): Promise<string> {
  const request_id = await desk.ask(text, session_id);
  await desk.resolve(request_id, { grant: { ...HOUR, ...grant } });
  await desk.call(text, session_id);
  return request_id;
}

/** Attacks behind a grant of the call `a` that has run. */
export const behind =
  (attack: (desk: ApprovalDesk, request_id: string) => Promise<unknown>, grant: object = {}) =>
  async (desk: ApprovalDesk): Promise<unknown> =>
    attack(desk, await granted(desk, grant));

/** Where a row does not say what ran, the call that was approved did. */
export const rows = (table: readonly Row[]): readonly Row[] =>
  table.map((row) => ({ ran: ['a'], ...row }));
