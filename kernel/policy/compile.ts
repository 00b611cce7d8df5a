/** Compiles rules that are data to rules that decide. */
import type { CallPattern, PolicyRequest, PolicyRule, RuleDefinition } from '../contract/index.ts';
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

type Condition = (request: PolicyRequest) => boolean;

function conditionOf({ tools, when }: RuleDefinition): Condition {
  const isNamed = toolPredicate(tools);
  const conditions: readonly Condition[] = [
    ({ tool_name = '' }) => isNamed(tool_name),
    ...(when === undefined ? [] : whenOf(when)),
  ];
  return (request) => conditions.every((holds) => holds(request));
}

function whenOf(when: NonNullable<RuleDefinition['when']>): readonly Condition[] {
  const { intents, lanes, origin } = when;
  const tasks = when.tasks?.map(globPredicate);
  const passes = inputPredicate(when.arguments);
  const after = when.after.map(factOf);
  const unlessAfter = when.unless_after.map(factOf);
  const metadata = (request: PolicyRequest, key: string) => request.execution_metadata?.[key];
  return [
    (request) => isAmong(intents, metadata(request, 'agent_intent')),
    ({ lane_id }) => isAmong(lanes, lane_id),
    ({ task_id }) => tasks === undefined || tasks.some((isMatch) => isMatch(task_id)),
    (request) =>
      origin === undefined ||
      (origin === 'session') === (metadata(request, 'agent_session_call') === true),
    ({ tool_arguments }) => passes(tool_arguments),
    ({ history }) => after.every((fact) => history?.has(fact) ?? false),
    ({ history }) => !unlessAfter.some((fact) => history?.has(fact) ?? false),
  ];
}

function isAmong(names: readonly string[] | undefined, name: unknown): boolean {
  return names === undefined || names.some((one) => one === name);
}
