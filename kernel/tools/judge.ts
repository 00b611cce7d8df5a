/**
 * What the kernel makes of a request: the first half of every call, in which nothing runs and
 * nothing is written down. Whoever wants to know what would happen asks here.
 */
import {
  TURN_TOOL,
  type LayerOpinion,
  type ToolOutput,
  type UnknownPart,
} from '../contract/index.ts';
import { layerOpinions } from '../policy/evaluate.ts';
import { failure, type Call, type Decision } from './call.ts';
import { decide, decideListed, requestOf, type Governance, type History } from './decide.ts';
import { prepare, type Request } from './prepare.ts';
import type { ToolRegistry } from './registry.ts';

/** The tools that there are, and the rules that they are under. */
export interface Rulebook {
  readonly registry: ToolRegistry;
  readonly governance: Governance;
}

export interface Judgement {
  readonly decision: Decision;
  /** What the caller is told where the call is refused, by policy or before it. */
  readonly refusal?: ToolOutput | undefined;
}

/** Looks the tool up, parses the input and decides. */
export function judgeCall(rulebook: Rulebook, request: Request, history: History): Judgement {
  const { call, refusal } = prepare(rulebook.registry, request);
  const decision = decide(rulebook.governance, call, history);
  return { decision, refusal: refusal ?? decision.refusal };
}

/** Decides on a model turn, which is known by the hash of what it is asked with. */
export function judgeTurn(
  { governance }: Pick<Rulebook, 'governance'>,
  call: Call,
  input_hash: string,
  history: History,
): Judgement {
  const decision = decide(governance, { ...call, input: { hash: input_hash } }, history);
  if (decision.kind === 'allow') return { decision };
  const refusal = failure('POLICY_DENIED', 'A turn cannot wait for approval');
  return { decision, refusal: decision.refusal ?? refusal };
}

export interface ExplainedCall extends Judgement {
  /** How the layers came to it; none where the call was refused before any rule was asked. */
  readonly layers: readonly LayerOpinion[];
}

/**
 * Judges a call and says how its layers came to the decision. Without an input it is judged as when
 * tools are listed: what its arguments will be is unknown, and nothing is modified.
 */
export function explainCall(rulebook: Rulebook, request: Request, history: History): ExplainedCall {
  const { governance } = rulebook;
  const layersOf = ({ call }: Decision, unknown?: readonly UnknownPart[]) =>
    layerOpinions(governance.layers, requestOf(governance, call, history, unknown));
  if (request.name === TURN_TOOL && request.origin === 'session') {
    const { call } = prepare(rulebook.registry, { ...request, input: {} });
    const judged = judgeTurn(rulebook, call, '', history);
    return { ...judged, layers: layersOf(judged.decision) };
  }
  const unknown = request.input === undefined ? ARGUMENTS : undefined;
  const judged = (unknown ? judgeTool : judgeCall)(rulebook, request, history);
  const isAsked = judged.refusal === judged.decision.refusal;
  return { ...judged, layers: isAsked ? layersOf(judged.decision, unknown) : [] };
}

const ARGUMENTS = ['arguments'] as const;

function judgeTool(rulebook: Rulebook, request: Request, history: History): Judgement {
  const { call, refusal } = prepare(rulebook.registry, { ...request, input: {} });
  const decision = decideListed(rulebook.governance, call, { unknown: ARGUMENTS, history });
  const isKnown = refusal === undefined || refusal.error?.code === 'INVALID_INPUT';
  return { decision, refusal: isKnown ? decision.refusal : refusal };
}
