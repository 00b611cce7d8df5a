/**
 * A small model of policy, written down another way than the engine: it goes from the widest layer
 * to the narrowest, with what stands so far and what can no longer be undercut.
 */
import {
  LAYER_LEVELS,
  POLICY_EFFECTS,
  type LayerLevel,
  type PolicyEffect,
  type PolicyLayer,
  type PolicyRule,
} from '../../../kernel/contract/index.ts';

/** What the condition of a rule does when it is asked. */
export const ANSWERS = ['true', 'false', 'throws', 'nonsense'] as const;
export type Answer = (typeof ANSWERS)[number];

export interface RuleSpec {
  readonly effect: PolicyEffect;
  readonly answer: Answer;
  readonly isShadow: boolean;
}

export interface LayerSpec {
  readonly level: LayerLevel;
  readonly byDefault: PolicyEffect | undefined;
  readonly loosening: boolean;
  readonly rules: readonly RuleSpec[];
}

export interface ModelDecision {
  readonly decision: PolicyEffect;
  /** Layers that asked for a loosening that nobody had opted in to. */
  readonly refusals: number;
}

/** What the model decides; with the rules in shadow mode in force, or without them. */
export function modelDecision(layers: readonly LayerSpec[], withShadow = false): ModelDecision {
  let standing: PolicyEffect = 'deny';
  let floor: PolicyEffect = 'allow';
  let refusals = 0;
  for (const { byDefault, loosening, rules } of inOrder(layers)) {
    const said = rules.flatMap((rule) => (withShadow || !rule.isShadow ? (says(rule) ?? []) : []));
    const voice = said.length > 0 ? said.reduce(stricter) : byDefault;
    if (voice === undefined) continue;
    if (rank(voice) < rank(floor)) refusals += 1;
    standing = stricter(voice, floor);
    if (said.length > 0 || !loosening) floor = stricter(voice, floor);
  }
  return { decision: standing, refusals };
}

/** A rule that does not answer true or false denies. */
export function says({ effect, answer }: RuleSpec): PolicyEffect | undefined {
  if (answer === 'false') return undefined;
  return answer === 'true' ? effect : 'deny';
}

export function rank(effect: PolicyEffect): number {
  return POLICY_EFFECTS.indexOf(effect);
}

function stricter(one: PolicyEffect, other: PolicyEffect): PolicyEffect {
  return rank(one) < rank(other) ? other : one;
}

function inOrder(layers: readonly LayerSpec[]): readonly LayerSpec[] {
  return LAYER_LEVELS.flatMap((level) => layers.filter((layer) => layer.level === level));
}

/** The layer that a specification stands for; each rule is named after its place. */
export function layerOf({ level, byDefault, loosening, rules }: LayerSpec): PolicyLayer {
  return {
    level,
    default_decision: byDefault,
    allow_loosening: loosening,
    rules: rules.map((rule, index) => ruleOf(rule, `${level}-${index}`)),
  };
}

function ruleOf({ effect, answer, isShadow }: RuleSpec, id: string): PolicyRule {
  return {
    ...{ id, trigger: 'on_tool_request', decision: effect, when: CONDITIONS[answer] },
    ...(isShadow && { mode: 'shadow' }),
  };
}

const CONDITIONS: Readonly<Record<Answer, () => boolean>> = {
  true: () => true,
  false: () => false,
  throws: () => {
    throw new Error('as asked for');
  },
  nonsense: () => Promise.resolve(false) as unknown as boolean,
};
