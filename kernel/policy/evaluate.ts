/**
 * Evaluates the policy layers to one decision that explains itself.
 * Pure: the rules' own conditions are the only foreign code that runs here.
 */
import {
  LAYER_LEVELS,
  POLICY_EFFECTS,
  type LayerOpinion,
  type PolicyDecision,
  type PolicyEffect,
  type PolicyEvaluation,
  type PolicyLayer,
  type PolicyRequest,
  type PolicyRule,
} from '../contract/index.ts';
import { messageOf } from '../errors.ts';
import { mergeTerms } from './terms.ts';

/** A rule that matched, and what is written down of it. */
interface Hit {
  readonly rule: PolicyRule;
  readonly decision: PolicyDecision;
}

/** What one layer says of one request. */
interface Opinion {
  readonly layer: PolicyLayer;
  readonly effect: PolicyEffect;
  /** The rules that hit; empty when the layer speaks by its default. */
  readonly hits: readonly Hit[];
}

/**
 * Decides on a request, from the widest layer (workspace) to the narrowest (task); layers of one
 * level count in the order given.
 *
 * Each layer speaks at most once: with the strictest of its rules that hit (deny over defer over
 * approval_required over modify over allow), else with its default, else not at all. In force are
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
 * Rules in shadow mode are evaluated, written down, and otherwise as if they were not there.
 */
export function evaluatePolicy(
  layers: readonly PolicyLayer[],
  request: PolicyRequest,
): PolicyEvaluation {
  const ordered = widestFirst(layers);
  const all = ordered.map((layer) => hitsOf(layer, request));
  const evaluation = weigh(
    ordered,
    all.map((hits) => hits.filter(isEnforced)),
  );
  const shadows = all.flat().filter((hit) => !isEnforced(hit));
  if (shadows.length === 0) return evaluation;
  return {
    ...evaluation,
    decisions: [...evaluation.decisions, ...shadows.map(({ decision }) => decision)],
    shadow_decision: weigh(ordered, all).decision,
  };
}

/**
 * Says how the layers come to their decision: what each of them that speaks says, from the widest
 * to the narrowest, and what that counts for. Rules in shadow mode have no part in it.
 */
export function layerOpinions(
  layers: readonly PolicyLayer[],
  request: PolicyRequest,
): readonly LayerOpinion[] {
  const opinions = widestFirst(layers).flatMap(
    (layer) => opinionOf(layer, hitsOf(layer, request).filter(isEnforced)) ?? [],
  );
  const inForce = inForceOf(opinions);
  const decision = strictest(inForce.map(({ effect }) => effect));
  return opinions.map((opinion) => ({
    level: opinion.layer.level,
    decision: opinion.effect,
    policy_ids: opinion.hits.map(({ rule }) => rule.id),
    standing: !inForce.includes(opinion)
      ? 'gives_way'
      : opinion.effect === decision
        ? 'decides'
        : 'overruled',
  }));
}

function weigh(
  layers: readonly PolicyLayer[],
  hitsByLayer: readonly (readonly Hit[])[],
): PolicyEvaluation {
  const opinions = layers.flatMap((layer, at) => opinionOf(layer, hitsByLayer[at] ?? []) ?? []);
  if (opinions.length === 0) return NO_POLICY;
  const inForce = inForceOf(opinions);
  const decision = strictest(inForce.map(({ effect }) => effect));
  const hits = opinions.flatMap((opinion) => opinion.hits);
  const rules = hits.map(({ rule }) => rule);
  const approval = mergeTerms(rules.flatMap((rule) => rule.approval ?? []));
  const modifications = rules.flatMap((rule) => rule.modify ?? []);
  return {
    decision,
    decisions: [...hits.map((hit) => hit.decision), ...decidingDefault(inForce, decision)],
    ...(approval && { approval }),
    ...(modifications.length > 0 && { modifications }),
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

function hitsOf(layer: PolicyLayer, request: PolicyRequest): readonly Hit[] {
  return layer.rules.flatMap((rule) => {
    const decision = decisionOf(rule, layer, request);
    return decision ? { rule, decision } : [];
  });
}

function isEnforced({ decision }: Hit): boolean {
  return decision.mode !== 'shadow';
}

function opinionOf(layer: PolicyLayer, hits: readonly Hit[]): Opinion | undefined {
  if (hits.length > 0) {
    return { layer, hits, effect: strictest(hits.map((hit) => hit.decision.decision)) };
  }
  if (layer.default_decision === undefined) return undefined;
  return { layer, hits, effect: strictest([layer.default_decision]) };
}

function decisionOf(
  rule: PolicyRule,
  { level }: PolicyLayer,
  request: PolicyRequest,
): PolicyDecision | undefined {
  if (rule.trigger !== request.trigger) return undefined;
  const { id: policy_id, decision, reason } = rule;
  const mode = rule.mode === 'shadow' ? { mode: rule.mode } : {};
  const fault = (how: string): PolicyDecision => ({
    policy_id,
    decision: 'deny',
    level,
    reason: `Denied because the condition of the rule ${how}`,
    ...mode,
  });
  try {
    // Rules may come from untyped code: a promise or an undefined must not pass for an answer.
    const answer: unknown = rule.when ? rule.when(request) : true;
    if (answer === false) return undefined;
    if (answer !== true) return fault(`answered ${typeof answer}, not true or false`);
  } catch (thrown) {
    return fault(`threw: ${messageOf(thrown)}`);
  }
  return { policy_id, decision, level, ...(reason === undefined ? {} : { reason }), ...mode };
}

/** Counts an effect that it does not know as deny, so that broken policy never allows. */
function strictest(effects: readonly PolicyEffect[]): PolicyEffect {
  const ranks = effects.map((effect) => POLICY_EFFECTS.indexOf(effect));
  return ranks.includes(-1) ? 'deny' : (POLICY_EFFECTS[Math.max(0, ...ranks)] ?? 'deny');
}

function isStricter(a: PolicyEffect, b: PolicyEffect): boolean {
  return a !== b && strictest([a, b]) === a;
}

function isByRule({ hits }: Opinion): boolean {
  return hits.length > 0;
}

/** What counts: the narrowest layer that speaks, and those that narrower ones are held to. */
function inForceOf(opinions: readonly Opinion[]): readonly Opinion[] {
  const narrowest = opinions.at(-1);
  return opinions.filter((opinion) => opinion === narrowest || isBinding(opinion));
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
  const rules = hits.flatMap((hit) => (hit.decision.decision === effect ? hit.rule.id : []));
  return rules.length > 0
    ? `rule ${rules.join(', ')} of layer ${layer.level}`
    : `the default of layer ${layer.level}`;
}
