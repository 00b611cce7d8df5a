/**
 * Evaluates the policy layers to one decision that explains itself.
 * Pure: the rules' own conditions are the only foreign code that runs here.
 */
import {
  LAYER_LEVELS,
  type PolicyDecision,
  type PolicyEffect,
  type PolicyEvaluation,
  type PolicyLayer,
  type PolicyRequest,
  type PolicyRule,
} from '../contract/index.ts';

/** What one layer says of one request. */
interface Opinion {
  readonly layer: PolicyLayer;
  readonly effect: PolicyEffect;
  /** The rules that hit; empty when the layer speaks by its default. */
  readonly hits: readonly PolicyDecision[];
}

/**
 * Decides on a request, from the widest layer (workspace) to the narrowest (task); layers of one
 * level count in the order given.
 *
 * Each layer speaks at most once: with the strictest of its rules that hit (deny over
 * approval_required over allow), else with its default, else not at all. In force are
 *
 * - the narrowest layer that speaks,
 * - every wider layer that speaks by a rule,
 * - every wider layer that speaks by its default without `allow_loosening`,
 *
 * and the decision is the strictest of those; deny when no layer speaks. It follows that a
 * narrower layer always tightens, that it loosens a wider default only where every wider layer
 * that stated something stricter by default opted in, and that no layer ever loosens a wider rule.
 *
 * A layer that is looser than what is in force above it asks for a loosening and is refused: one
 * warning per layer, with its rule ids. A condition that throws, or answers anything but true or
 * false, makes its rule a deny. `decisions` holds every rule that hit, and the widest default
 * that decides where no rule does (`kernel.policy.default.<level>`, `kernel.policy.no-policy`).
 */
export function evaluatePolicy(
  layers: readonly PolicyLayer[],
  request: PolicyRequest,
): PolicyEvaluation {
  const opinions = widestFirst(layers).flatMap((layer) => opinionOf(layer, request) ?? []);
  const narrowest = opinions.at(-1);
  if (!narrowest) return NO_POLICY;
  const inForce = opinions.filter((opinion) => opinion === narrowest || isBinding(opinion));
  const decision = strictest(inForce.map(({ effect }) => effect));
  return {
    decision,
    decisions: [...opinions.flatMap(({ hits }) => hits), ...decidingDefault(inForce, decision)],
    warnings: opinions.flatMap((opinion, index) =>
      refusedLoosening(opinion, opinions.slice(0, index)),
    ),
  };
}

/** Orders layers from the widest to the narrowest, those of one level as they came. */
export function widestFirst(layers: readonly PolicyLayer[]): readonly PolicyLayer[] {
  return layers.toSorted((a, b) => LAYER_LEVELS.indexOf(a.level) - LAYER_LEVELS.indexOf(b.level));
}

const NO_POLICY: PolicyEvaluation = {
  decision: 'deny',
  decisions: [
    {
      policy_id: 'kernel.policy.no-policy',
      decision: 'deny',
      reason: 'No rule matches and no layer has a default',
    },
  ],
  warnings: [],
};

function opinionOf(layer: PolicyLayer, request: PolicyRequest): Opinion | undefined {
  const hits = layer.rules.flatMap((rule) => hitOf(rule, layer, request) ?? []);
  if (hits.length > 0) {
    return { layer, hits, effect: strictest(hits.map(({ decision }) => decision)) };
  }
  if (layer.default_decision === undefined) return undefined;
  return { layer, hits, effect: strictest([layer.default_decision]) };
}

function hitOf(
  rule: PolicyRule,
  { level }: PolicyLayer,
  request: PolicyRequest,
): PolicyDecision | undefined {
  if (rule.trigger !== request.trigger) return undefined;
  const policy_id = rule.id;
  const fault = (how: string): PolicyDecision => ({
    policy_id,
    decision: 'deny',
    level,
    reason: `Denied because the condition of the rule ${how}`,
  });
  try {
    // Rules may come from untyped code: a promise or an undefined must not pass for an answer.
    const answer: unknown = rule.when ? rule.when(request) : true;
    if (answer === false) return undefined;
    if (answer !== true) return fault(`answered ${typeof answer}, not true or false`);
  } catch (thrown) {
    return fault(`threw: ${thrown instanceof Error ? thrown.message : typeof thrown}`);
  }
  const { decision, reason } = rule;
  return { policy_id, decision, level, ...(reason === undefined ? {} : { reason }) };
}

/** Counts an effect that it does not know as deny, so that broken policy never allows. */
function strictest(effects: readonly PolicyEffect[]): PolicyEffect {
  if (effects.every((effect) => effect === 'allow')) return 'allow';
  const isPermissive = (effect: PolicyEffect) =>
    effect === 'allow' || effect === 'approval_required';
  return effects.every(isPermissive) ? 'approval_required' : 'deny';
}

function isStricter(a: PolicyEffect, b: PolicyEffect): boolean {
  return a !== b && strictest([a, b]) === a;
}

function isByRule({ hits }: Opinion): boolean {
  return hits.length > 0;
}

/** Whether narrower layers are held to this opinion. */
function isBinding(opinion: Opinion): boolean {
  return isByRule(opinion) || opinion.layer.allow_loosening !== true;
}

function decidingDefault(inForce: readonly Opinion[], decision: PolicyEffect): PolicyDecision[] {
  const deciding = inForce.filter(({ effect }) => effect === decision);
  const [widest] = deciding;
  if (!widest || deciding.some(isByRule)) return [];
  const { level } = widest.layer;
  return [
    {
      policy_id: `kernel.policy.default.${level}`,
      decision,
      level,
      reason: `Default of layer ${level}`,
    },
  ];
}

function refusedLoosening(opinion: Opinion, wider: readonly Opinion[]): string[] {
  const binding = wider.filter(isBinding);
  const held = strictest(binding.map(({ effect }) => effect));
  if (!isStricter(held, opinion.effect)) return [];
  const holder = binding.find(({ effect }) => effect === held);
  return [
    `Refused a loosening: ${speakerOf(opinion)} says ${opinion.effect}, ` +
      `but ${holder ? speakerOf(holder) : 'a wider layer'} says ${held}`,
  ];
}

function speakerOf({ layer, effect, hits }: Opinion): string {
  const rules = hits.filter(({ decision }) => decision === effect).map((hit) => hit.policy_id);
  return rules.length > 0
    ? `rule ${rules.join(', ')} of layer ${layer.level}`
    : `the default of layer ${layer.level}`;
}
