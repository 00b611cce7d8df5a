/** What an approver grants beside one call: given, looked for by a call, and taken back. */
import type {
  Approval,
  ApprovalGrant,
  ApprovalResolution,
  GrantRequest,
  StandingGrant,
} from './contract/index.ts';
import { factsOf } from './approval-standing.ts';
import { mayDecideAlone } from './approvers.ts';
import type { ApprovalFacts } from './environment.ts';
import { RuntimeError } from './errors.ts';
import { shapeOf, shapeOfDigest } from './grant-shape.ts';
import type { Clock, Journal } from './ports.ts';
import type { Decision } from './tools/call.ts';
import type { Warrant } from './tools/stage.ts';

/**
 * Refuses a grant that does not go with the decision.
 * @throws RuntimeError INVALID_INPUT
 */
export function assertMayGrant(approval: Approval, resolution: ApprovalResolution): void {
  const objection = resolution.grant && objectionToGiving(approval, resolution);
  if (objection !== undefined) throw new RuntimeError('INVALID_INPUT', `A grant ${objection}`);
}

/**
 * What a resolution grants beside the call itself; undefined where it grants nothing.
 * @throws RuntimeError INVALID_INPUT where it names arguments that the call does not have
 */
export function grantGiven(
  approval: Approval,
  resolution: ApprovalResolution,
  now: number,
): ApprovalGrant | undefined {
  const { grant: asked } = resolution;
  if (!asked) return undefined;
  const { policy_version } = approval;
  const expires_at = new Date(now + asked.expires_in_ms).toISOString();
  return { ...shapeAsked(approval, asked), policy_version, expires_at };
}

function objectionToGiving(
  approval: Approval,
  { approved, edited_input }: ApprovalResolution,
): string | undefined {
  if (!approved) return 'goes with an approval, not with a denial';
  if (edited_input) return 'covers calls like the one that was asked for, not an edited one';
  return isGrantable(approval)
    ? undefined
    : 'is for one person to give, of a call that was not deferred';
}

/** Whether calls like this one can be granted: one person decides on them, and none has to wait. */
export function isGrantable({ terms, deferred }: Approval): boolean {
  return (terms?.quorum ?? 1) === 1 && deferred !== true;
}

function shapeAsked(
  approval: Approval,
  { vary: asked = [] }: GrantRequest,
): Pick<ApprovalGrant, 'shape' | 'vary'> {
  const vary = [...new Set(asked)].toSorted();
  // The record may hold less than the call did (a secret is taken out); its digest is of the call.
  if (vary.length === 0) return { shape: shapeOfDigest(approval.digest, vary), vary };
  const isExact = vary.every((pointer) => pointer !== '' && !pointer.split('/').includes('*'));
  const shape = isExact ? shapeOf(approval, vary) : undefined;
  if (shape !== undefined) return { shape, vary };
  const places = vary.map((pointer) => JSON.stringify(pointer)).join(', ');
  const message = `A grant names arguments that the call has, none inside another: ${places}`;
  throw new RuntimeError('INVALID_INPUT', message);
}

/**
 * What a call may start on that a rule wants a person to decide on, and that somebody granted
 * already; undefined where nothing covers it. It has to be asked for again at the moment of the
 * start: a grant may have ended by then.
 */
export function warrantOfGrant(
  journal: Journal,
  decision: Decision,
  { clock, policy_version }: ApprovalFacts,
): Warrant | undefined {
  const { call, evaluation, digest } = decision;
  if (evaluation.decision !== 'approval_required') return undefined;
  const { approval: terms } = evaluation;
  const { session_id, metadata } = call.context;
  const shaped = { session_id, tool_name: call.tool.name, input: call.input, policy_version };
  const covering = grantsInForce(journal, clock).find(
    (grant) =>
      shapeOf(shaped, grant.vary) === grant.shape &&
      !grant.declined.includes(digest) &&
      mayDecideAlone({ terms, metadata }, grant.granted_by),
  );
  if (!covering) return undefined;
  const { request_id, shape } = covering;
  return { basis: 'grant', request_id, grant: { shape, ...(terms && { terms }) } };
}

/**
 * Stages that what was granted with an approval is over.
 * @throws RuntimeError APPROVAL_NOT_PENDING where nothing that it granted is in force
 */
export function stageRevoked(
  journal: Journal,
  approval: Approval,
  revoked_by: string,
  clock: Clock,
): void {
  const { request_id } = approval;
  if (!grantsInForce(journal, clock).some((grant) => grant.request_id === request_id)) {
    const message = `Approval ${request_id} grants nothing that is still in force`;
    throw new RuntimeError('APPROVAL_NOT_PENDING', message);
  }
  journal.stage({ kind: 'grant_revoked', ...factsOf(approval), revoked_by });
}

/** The grants of a session that have not ended, nor expired by now. */
export function grantsInForce(journal: Journal, clock: Clock): readonly StandingGrant[] {
  const now = clock.now();
  return journal.grants().filter(({ expires_at }) => now < Date.parse(expires_at));
}
