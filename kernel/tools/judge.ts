/**
 * What the kernel makes of a request: the first half of every call, in which nothing runs and
 * nothing is written down. Whoever wants to know what would happen asks here.
 */
import type { LayerOpinion, ToolOutput } from '../contract/index.ts';
import { layerOpinions } from '../policy/evaluate.ts';
import type { Decision } from './call.ts';
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
  const unknown = request.input === undefined ? ARGUMENTS : undefined;
  const { decision, refusal } = unknown
    ? judgeTool(rulebook, request, history)
    : judgeCall(rulebook, request, history);
  if (refusal !== decision.refusal) return { decision, refusal, layers: [] };
  const asked = requestOf(governance, decision.call, history, unknown);
  return { decision, refusal, layers: layerOpinions(governance.layers, asked) };
}

const ARGUMENTS = ['arguments'] as const;

function judgeTool(rulebook: Rulebook, request: Request, history: History): Judgement {
  const { call, refusal } = prepare(rulebook.registry, { ...request, input: {} });
  const decision = decideListed(rulebook.governance, call, { unknown: ARGUMENTS, history });
  const isKnown = refusal === undefined || refusal.error?.code === 'INVALID_INPUT';
  return { decision, refusal: isKnown ? decision.refusal : refusal };
}
