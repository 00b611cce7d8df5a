/**
 * The engine agrees with the model: on every small set of layers and rules, with conditions that
 * fail and rules in shadow mode, and on large sets by seed, cut down to the smallest that differs.
 */
import { expect, test } from 'vitest';
import { seededRandom } from 'troupe/testing';
import { LAYER_LEVELS, POLICY_EFFECTS, type PolicyRequest } from '../../kernel/contract/index.ts';
import { evaluatePolicy, layerOpinions } from '../../kernel/policy/evaluate.ts';
import {
  ANSWERS,
  layerOf,
  modelDecision,
  rank,
  says,
  type LayerSpec,
  type RuleSpec,
} from './support/policy-model.ts';

const REQUEST: PolicyRequest = { trigger: 'on_tool_request', run_id: 'run-1' };
const DEFAULTS = [undefined, ...POLICY_EFFECTS];
const RULES: readonly RuleSpec[] = POLICY_EFFECTS.flatMap((effect) =>
  ANSWERS.flatMap((answer) => [true, false].map((isShadow) => ({ effect, answer, isShadow }))),
);

/** What the engine says otherwise than the model, or undefined. */
function difference(specs: readonly LayerSpec[]): string | undefined {
  const layers = specs.map(layerOf);
  const { decision, decisions, warnings, shadow_decision } = evaluatePolicy(layers, REQUEST);
  const expected = modelDecision(specs);
  if (decision !== expected.decision) return `decision ${decision}, not ${expected.decision}`;
  if (warnings.length !== expected.refusals) return `${warnings.length} warnings`;
  const rules = specs.flatMap((layer) => layer.rules);
  const hits = rules.filter((rule) => says(rule) !== undefined);
  const told = decisions.filter(({ policy_id }) => !policy_id.startsWith('kernel.'));
  if (told.length !== hits.length) return `${told.length} rules told, not ${hits.length}`;
  const inShadow = hits.some(({ isShadow }) => isShadow)
    ? modelDecision(specs, true).decision
    : undefined;
  if (shadow_decision !== inShadow) return `in shadow ${shadow_decision}, not ${inShadow}`;
  return disagreement(specs, decision);
}

/** What the account of the layers says otherwise than the decision, or undefined. */
function disagreement(
  specs: readonly LayerSpec[],
  decision: LayerSpec['byDefault'],
): string | undefined {
  const opinions = layerOpinions(specs.map(layerOf), REQUEST);
  const deciding = opinions.filter(({ standing }) => standing === 'decides');
  if (opinions.length > 0 && deciding.length === 0) return 'no layer decides';
  if (deciding.some((one) => one.decision !== decision)) return 'a layer decides something else';
  const [stricter] = opinions.filter(
    (one) => one.standing === 'overruled' && decision && rank(one.decision) >= rank(decision),
  );
  return stricter && `${stricter.level} is overruled by what is no stricter`;
}

function* layersOf(level: LayerSpec['level'], ruleSets: readonly (readonly RuleSpec[])[]) {
  for (const byDefault of DEFAULTS) {
    for (const loosening of [true, false]) {
      for (const rules of ruleSets) yield { level, byDefault, loosening, rules };
    }
  }
}

const upToOne = (rules: readonly RuleSpec[]): readonly (readonly RuleSpec[])[] => [
  [],
  ...rules.map((rule) => [rule]),
];

test('every layer of up to two rules agrees', () => {
  const pairs = RULES.flatMap((one) => RULES.map((other) => [one, other]));
  const layers = [...layersOf('lane', [...upToOne(RULES), ...pairs])];
  expect(layers).toHaveLength(12 * (1 + 40 + 1600));
  expect(layers.flatMap((layer) => difference([layer]) ?? [])).toEqual([]);
});

test('every two layers of up to one rule agree', () => {
  const rules = RULES.filter(({ answer }) => answer !== 'nonsense');
  const wide = [...layersOf('workspace', upToOne(rules))];
  const narrow = [...layersOf('pack', upToOne(rules))];
  const found = wide.flatMap((one) => narrow.flatMap((other) => difference([one, other]) ?? []));
  expect(wide.length * narrow.length).toBe((12 * (1 + 30)) ** 2);
  expect(found.slice(0, 3)).toEqual([]);
});

/** Layers of a seed: several of one level, in any order, with up to five rules each. */
function layersOfSeed(seed: number): readonly LayerSpec[] {
  const random = seededRandom(seed);
  const pick = <Item>(items: readonly Item[]): Item =>
    items[Math.floor(random() * items.length)] as Item;
  const upTo = (count: number) => Array.from({ length: Math.floor(random() * (count + 1)) });
  return upTo(7).map(() => ({
    level: pick(LAYER_LEVELS),
    byDefault: pick(DEFAULTS),
    loosening: random() < 0.5,
    rules: upTo(5).map(() => pick(RULES)),
  }));
}

/** Takes layers and rules away for as long as they still differ. */
function smallest(
  specs: readonly LayerSpec[],
  differ: (specs: readonly LayerSpec[]) => boolean,
): readonly LayerSpec[] {
  const fewerLayers = specs.map((_, at) => specs.toSpliced(at, 1));
  const fewerRules = specs.flatMap((layer, at) =>
    layer.rules.map((_, index) => {
      const rules = layer.rules.toSpliced(index, 1);
      return specs.with(at, { ...layer, rules });
    }),
  );
  const smaller = [...fewerLayers, ...fewerRules].find(differ);
  return smaller ? smallest(smaller, differ) : specs;
}

const isDifferent = (specs: readonly LayerSpec[]): boolean => difference(specs) !== undefined;

test('larger sets agree, whatever the seed', () => {
  const seeds = Array.from({ length: 20_000 }, (_, seed) => seed);
  const differing = seeds.find((seed) => isDifferent(layersOfSeed(seed)));
  const specs = differing === undefined ? [] : smallest(layersOfSeed(differing), isDifferent);
  expect({ seed: differing, specs, why: difference(specs) }).toEqual({
    ...{ seed: undefined, specs: [], why: undefined },
  });
});

test('a set that differs is cut down to what makes it differ', () => {
  const denies = ({ rules }: LayerSpec) => rules.some(({ effect }) => effect === 'deny');
  const cut = smallest(layersOfSeed(4), (specs) => specs.filter(denies).length > 1);
  expect(cut.map(({ rules }) => rules.map(({ effect }) => effect))).toEqual([['deny'], ['deny']]);
});

test('what is stricter never makes a decision looser', () => {
  const broken: unknown[] = [];
  for (let seed = 0; seed < 5_000; seed += 1) {
    const specs = layersOfSeed(seed);
    const before = rank(evaluatePolicy(specs.map(layerOf), REQUEST).decision);
    specs.forEach((layer, at) => {
      const stricter: readonly LayerSpec[] = [
        { ...layer, loosening: false },
        { ...layer, rules: layer.rules.map((rule) => ({ ...rule, effect: 'deny' as const })) },
        { ...layer, rules: layer.rules.map(failing) },
      ];
      for (const one of stricter) {
        const changed = specs.with(at, one).map(layerOf);
        if (rank(evaluatePolicy(changed, REQUEST).decision) < before) broken.push({ seed, one });
      }
    });
  }
  expect(broken.slice(0, 3)).toEqual([]);
});

/** The same rule, with a condition that fails where it held. */
function failing(rule: RuleSpec): RuleSpec {
  return rule.answer === 'true' ? { ...rule, answer: 'throws' } : rule;
}
