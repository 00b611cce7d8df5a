/**
 * The evaluation agrees with a small model of its own over every combination of four layers, and
 * keeps the promises that hold whatever the layers say.
 */
import { expect, test } from 'vitest';
import {
  LAYER_LEVELS,
  type PolicyEffect,
  type PolicyLayer,
  type PolicyRequest,
} from '../../kernel/contract/index.ts';
import { evaluatePolicy } from '../../kernel/policy/evaluate.ts';

type Said = PolicyEffect | undefined;
interface Spec {
  readonly byDefault: Said;
  readonly byRule: Said;
  readonly loosening: boolean;
}

const REQUEST: PolicyRequest = { trigger: 'on_tool_request', run_id: 'run-1' };
const SAID: readonly Said[] = [undefined, 'allow', 'approval_required', 'deny'];
const SPECS: readonly Spec[] = SAID.flatMap((byDefault) =>
  SAID.flatMap((byRule) => [true, false].map((loosening) => ({ byDefault, byRule, loosening }))),
);

const rank = (effect: PolicyEffect): number => SAID.indexOf(effect);

/** Goes from the widest layer to the narrowest with what stands and what cannot be undercut. */
function model(specs: readonly Spec[]): { readonly decision: PolicyEffect; warnings: number } {
  let standing: PolicyEffect = 'deny';
  let floor: PolicyEffect = 'allow';
  let warnings = 0;
  for (const { byDefault, byRule, loosening } of specs) {
    const said = byRule ?? byDefault;
    if (said === undefined) continue;
    if (rank(said) < rank(floor)) warnings += 1;
    standing = rank(said) < rank(floor) ? floor : said;
    const isFirm = byRule !== undefined || !loosening;
    if (isFirm && rank(said) > rank(floor)) floor = said;
  }
  return { decision: standing, warnings };
}

function layerOf({ byDefault, byRule, loosening }: Spec, index: number): PolicyLayer {
  const level = LAYER_LEVELS[index] ?? 'task';
  return {
    level,
    default_decision: byDefault,
    allow_loosening: loosening,
    rules: byRule ? [{ id: level, trigger: 'on_tool_request', decision: byRule }] : [],
  };
}

/** Each layer of each spec, made once: there are a million combinations of them. */
const LAYERS = LAYER_LEVELS.map((_, index) => SPECS.map((spec) => layerOf(spec, index)));

function* combinations(depth: number): Generator<readonly number[]> {
  const total = SPECS.length ** depth;
  for (let number = 0; number < total; number += 1) {
    yield Array.from(
      { length: depth },
      (_, index) => Math.floor(number / SPECS.length ** index) % SPECS.length,
    );
  }
}

const specsOf = (choice: readonly number[]) => choice.flatMap((spec) => SPECS[spec] ?? []);
const layersOf = (choice: readonly number[]) =>
  choice.flatMap((spec, index) => LAYERS[index]?.[spec] ?? []);

test('four layers agree with the model', () => {
  const different: unknown[] = [];
  let count = 0;
  for (const choice of combinations(LAYER_LEVELS.length)) {
    count += 1;
    const { decision, warnings } = evaluatePolicy(layersOf(choice), REQUEST);
    const expected = model(specsOf(choice));
    if (decision === expected.decision && warnings.length === expected.warnings) continue;
    different.push({ specs: specsOf(choice), decision, warnings, expected });
  }
  expect(count).toBe(32 ** 4);
  expect(different.slice(0, 3)).toEqual([]);
});

test('three layers keep what is promised', () => {
  const broken: unknown[] = [];
  const claim = (holds: boolean, promise: string, choice: readonly number[]): void => {
    if (!holds) broken.push({ promise, specs: specsOf(choice) });
  };
  for (const choice of combinations(3)) {
    const specs = specsOf(choice);
    const layers = layersOf(choice);
    const { decision, decisions, warnings } = evaluatePolicy(layers, REQUEST);
    const says = (effect: PolicyEffect) => specs.some(({ byRule }) => byRule === effect);
    claim(!says('deny') || decision === 'deny', 'a deny rule is final', choice);
    claim(!says('approval_required') || decision !== 'allow', 'an approval rule holds', choice);
    claim(
      decisions.some((one) => one.decision === decision),
      'the decision has a reason',
      choice,
    );
    const rules = specs.filter(({ byRule }) => byRule !== undefined).length;
    claim(decisions.length - rules <= 1, 'at most one default decides', choice);
    claim(
      warnings.every((warning) => warning.includes('loosening')),
      'warnings say what they are about',
      choice,
    );
    const closed = layers.map((layer) => ({ ...layer, allow_loosening: false }));
    const withoutOptIn = evaluatePolicy(closed, REQUEST).decision;
    claim(rank(withoutOptIn) >= rank(decision), 'less opt-in never loosens', choice);
    const reversed = evaluatePolicy(layers.toReversed(), REQUEST).decision;
    claim(reversed === decision, 'the order of the list does not matter', choice);
  }
  expect(broken.slice(0, 3)).toEqual([]);
});

test('a further rule in any layer tightens or changes nothing, unless it allows', () => {
  const broken: unknown[] = [];
  for (const choice of combinations(2)) {
    const layers = layersOf(choice);
    const before = evaluatePolicy(layers, REQUEST).decision;
    layers.forEach((layer, index) => {
      const deny = { id: 'further', trigger: 'on_tool_request', decision: 'deny' } as const;
      const after = layers.with(index, { ...layer, rules: [...layer.rules, deny] });
      if (evaluatePolicy(after, REQUEST).decision !== 'deny') broken.push({ choice, before });
      const missed = { ...deny, trigger: 'on_claim' } as const;
      const same = layers.with(index, { ...layer, rules: [...layer.rules, missed] });
      if (evaluatePolicy(same, REQUEST).decision !== before) broken.push({ choice, before });
    });
  }
  expect(broken).toEqual([]);
});
