/**
 * The calls of a session, in the two steps of its machine: decide, then run what was granted.
 * Denials and requests for approval are staged here; nothing is told before it is on disk.
 */
import type { Approval, ToolOutput } from './contract/index.ts';
import { askApproval, findApproval, onApproval, redeemApproval } from './approval-desk.ts';
import { stageDeclined, stageSuperseded } from './approval-ends.ts';
import type { KernelEnvironment } from './environment.ts';
import { warrantOfGrant } from './grants.ts';
import type { Journal } from './ports.ts';
import type { Call } from './tools/call.ts';
import { decide } from './tools/decide.ts';
import { judgeCall, judgeTurn } from './tools/judge.ts';
import { prepare, type Request } from './tools/prepare.ts';
import { isAnswered } from './tools/recall.ts';
import { runEffect, runGranted, type EffectResult, type GrantVoid } from './tools/run-effect.ts';
import { stageDenied } from './tools/stage.ts';

/** Staged with the output of a call, in the same batch. */
export type Alongside = (output: ToolOutput) => void;

export type CallDecision =
  | { readonly kind: 'allowed' }
  | { readonly kind: 'denied' }
  | { readonly kind: 'approval_required'; readonly approval: Approval };

/** Decides on a requested call. */
export function decideCall(
  environment: KernelEnvironment,
  journal: Journal,
  request: Request,
  alongside: Alongside,
): CallDecision {
  const known = journal.effect(request.effect_id);
  if (known && isAnswered(known, request)) {
    // The log has gone further than the machine that asks; running answers from the log.
    return { kind: known.status === 'denied' ? 'denied' : 'allowed' };
  }
  const { decision, refusal: denied } = judgeCall(environment, request, journal.history());
  const { call } = decision;
  if (denied) {
    stageDenied(journal, call, denied, decision.evaluation.decisions);
    alongside(denied);
    return { kind: 'denied' };
  }
  const isGranted = warrantOfGrant(journal, decision, environment.approvals) !== undefined;
  if (decision.kind === 'allow' || isGranted) return { kind: 'allowed' };
  const approval = askApproval(journal, call, decision, environment.approvals);
  return approval.status === 'approved'
    ? { kind: 'allowed' }
    : { kind: 'approval_required', approval };
}

export interface Grant {
  readonly signal: AbortSignal;
  readonly alongside: Alongside;
  /** The approval to run under; its input is what runs. */
  readonly request_id: string | null;
}

/** Why an approval ends that was given and not used. */
const OVERRULED = 'The call was denied after it was approved';

export type RunResult = EffectResult | GrantVoid;

/**
 * Runs a call that was allowed or approved. The decision is taken again on exactly what will
 * run: between then and now arguments, policy and approval may have changed.
 */
export async function runCall(
  environment: KernelEnvironment,
  journal: Journal,
  request: Request,
  { signal, alongside, request_id }: Grant,
): Promise<RunResult> {
  const named = request_id === null ? undefined : await journal.approval(request_id);
  const given = named?.effect_id === request.effect_id ? named : undefined;
  const input = given?.edited_from === undefined ? request.input : given.input;
  // What was offered was asked when it was decided on; from here on policy has the word.
  const again = { ...request, input, offered: undefined };
  const { decision, refusal: denied } = judgeCall(environment, again, journal.history());
  const { call } = decision;
  const effect = { call, decision, journal, signal, alongside };
  const onGrant = () => warrantOfGrant(journal, decision, environment.approvals);
  const known = journal.effect(request.effect_id);
  if (known && isAnswered(known, request)) {
    if (!denied && !given && onGrant()) return runGranted(environment.effects, effect, onGrant);
    // Begun before a crash. What policy no longer allows is not begun again: a person decides.
    const isAllowedStill = decision.kind === 'allow' || given?.digest === decision.digest;
    const kept =
      denied || !isAllowedStill
        ? { ...call, tool: { ...call.tool, recovery: 'manual' as const } }
        : call;
    const warrant = given && onApproval(given);
    return runEffect(environment.effects, { ...effect, call: kept, warrant });
  }
  const { clock } = environment.approvals;
  if (denied) {
    if (given) stageSuperseded(journal, given, OVERRULED, clock);
    stageDenied(journal, call, denied, decision.evaluation.decisions);
    alongside(denied);
    return { kind: 'finished', output: denied, duration_ms: 0 };
  }
  const approval = given ?? findApproval(journal, call, decision);
  const redeemed = approval && redeemApproval(journal, approval, decision, environment.approvals);
  if (redeemed && 'redeem' in redeemed) {
    const result = await runGranted(environment.effects, effect, redeemed.redeem);
    // Not used up, where its arguments turned out to lead out of scope.
    stageSuperseded(journal, approval, OVERRULED, clock);
    return result;
  }
  if (approval && redeemed) {
    stageSuperseded(journal, approval, redeemed.void, clock);
  }
  if (decision.kind === 'allow') return runEffect(environment.effects, effect);
  return onGrant() ? runGranted(environment.effects, effect, onGrant) : { kind: 'grant_void' };
}

export interface TurnRun {
  readonly signal: AbortSignal;
  readonly alongside: Alongside;
  /** Content hash of what the turn is asked with; the messages themselves are records already. */
  readonly input_hash: string;
}

/** Runs a model turn: the turn tool, governed like any other; its input is parsed already. */
export async function runTurn(
  environment: KernelEnvironment,
  journal: Journal,
  call: Call,
  run: TurnRun,
): Promise<EffectResult> {
  const { input_hash } = run;
  const { decision, refusal } = judgeTurn(environment, call, input_hash, journal.history());
  if (refusal) {
    stageDenied(journal, { ...call, input: {} }, refusal, decision.evaluation.decisions);
    return { kind: 'finished', output: refusal, duration_ms: 0 };
  }
  return runEffect(environment.effects, { call, decision, journal, ...run });
}

/** Stages the refusal of a declined call; answers what the model is told. */
export function declineCall(
  environment: KernelEnvironment,
  journal: Journal,
  request: Request,
  approval: Approval,
): ToolOutput {
  const { call } = prepare(environment.registry, { ...request, input: approval.input });
  const decision = decide(environment.governance, call, journal.history());
  return stageDeclined(journal, call, approval, decision);
}
