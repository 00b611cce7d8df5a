/** Compiles rules that are data to rules that decide. */
import type {
  CallPattern,
  PolicyRequest,
  PolicyRule,
  RuleDefinition,
  UnknownPart,
} from '../contract/index.ts';
import { globPredicate, inputPredicate, toolPredicate } from './conditions.ts';
import { factOf } from './history.ts';

/**
 * Makes a rule of its definition; the definition stays with it, for the policy's version. A rule of
 * a pack speaks of the tools of that pack only, whatever it names.
 */
export function compileRule(
  definition: RuleDefinition,
  { pack }: { readonly pack?: string } = {},
): PolicyRule {
  const { id, decision, reason, mode, approval, modify } = definition;
  const isMet = conditionOf(definition);
  return {
    id,
    trigger: 'on_tool_request',
    decision,
    ...(reason !== undefined && { reason }),
    ...(mode === 'shadow' && { mode }),
    ...(approval !== undefined && { approval }),
    ...(modify !== undefined && { modify }),
    definition,
    when: pack === undefined ? isMet : (request) => request.pack_id === pack && isMet(request),
  };
}

/** The patterns of earlier calls that a rule asks about. */
export function patternsOf({ definition }: PolicyRule): readonly CallPattern[] {
  const { after = [], unless_after = [] } = definition?.when ?? {};
  return [...after, ...unless_after];
}

interface Condition {
  /** What it looks at, where that can be unknown. */
  readonly about?: UnknownPart;
  readonly holds: (request: PolicyRequest) => boolean;
}

/**
 * What is unknown may still turn out to be as a rule wants it. Where tools are listed, a rule that
 * lets calls through counts on that, and one that stops them does not: each call is decided on.
 */
function conditionOf({
  tools,
  when,
  decision,
}: RuleDefinition): (request: PolicyRequest) => boolean {
  const isNamed = toolPredicate(tools);
  const lets = decision === 'allow' || decision === 'modify';
  const conditions: readonly Condition[] = [
    { holds: ({ tool_name = '' }) => isNamed(tool_name) },
    ...(when === undefined ? [] : whenOf(when)),
  ];
  return (request) =>
    conditions.every(({ about, holds }) =>
      about !== undefined && request.unknown?.includes(about) === true ? lets : holds(request),
    );
}

function whenOf(when: NonNullable<RuleDefinition['when']>): readonly Condition[] {
  return [
    ...stated(when.intents, (intents) => ({
      holds: ({ execution_metadata }) => isAmong(intents, execution_metadata?.['agent_intent']),
    })),
    ...stated(when.lanes, (lanes) => ({ holds: ({ lane_id }) => isAmong(lanes, lane_id) })),
    ...stated(when.tasks?.map(globPredicate), (tasks) => ({
      holds: ({ task_id }) => tasks.some((isMatch) => isMatch(task_id)),
    })),
    ...stated(when.origin, (origin) => ({
      about: 'origin',
      holds: ({ execution_metadata }) =>
        (origin === 'session') === (execution_metadata?.['agent_session_call'] === true),
    })),
    ...stated(when.arguments, (conditions) => {
      const passes = inputPredicate(conditions);
      return { about: 'arguments', holds: ({ tool_arguments }) => passes(tool_arguments) };
    }),
    ...stated(when.after.map(factOf), (facts) => ({
      about: 'history',
      holds: ({ history }) => facts.every((fact) => history?.has(fact) ?? false),
    })),
    ...stated(when.unless_after.map(factOf), (facts) => ({
      about: 'history',
      holds: ({ history }) => !facts.some((fact) => history?.has(fact) ?? false),
    })),
  ];
}

/** The condition that a rule states; none where it says nothing, or an empty list. */
function stated<Value>(
  value: Value | undefined,
  conditionOn: (value: Value) => Condition,
): readonly Condition[] {
  const isSilent = value === undefined || (Array.isArray(value) && value.length === 0);
  return isSilent ? [] : [conditionOn(value)];
}

function isAmong(names: readonly string[], name: unknown): boolean {
  return names.some((one) => one === name);
}
