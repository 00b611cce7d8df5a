/** Runs expected decisions: for each call what came of it, and what is not as it was expected. */
import {
  canonicalJson,
  isRuntimeError,
  RuntimeError,
  type ApprovalTerms,
} from '../../../kernel/index.ts';
import type { PolicyCase } from '../../../config/index.ts';
import { explainPolicy, type PolicyExplanation, type PolicyOutcome } from './explain.ts';
import type { WorkspaceRulebook } from './rulebook.ts';

export interface PolicyCaseResult {
  readonly name: string;
  readonly ok: boolean;
  readonly expected: PolicyOutcome;
  /** Undefined where nothing could be decided: the first difference says why. */
  readonly came: PolicyOutcome | undefined;
  /** The rules that decided. */
  readonly policy_ids: readonly string[];
  /** What is not as expected; empty where all is. */
  readonly differences: readonly string[];
}

/** Decides on the call of a case, under the rules that are given. */
export function runPolicyCase(rulebook: WorkspaceRulebook, tested: PolicyCase): PolicyCaseResult {
  const { name, expect: expected } = tested;
  try {
    const explanation = explainCase(rulebook, tested);
    const differences = differencesOf(tested, explanation);
    const policy_ids = explanation.decided_by.map(({ policy_id }) => policy_id);
    const ok = differences.length === 0;
    return { name, ok, expected, came: explanation.decision, policy_ids, differences };
  } catch (error) {
    if (!isRuntimeError(error)) throw error;
    const differences = [error.message];
    return { name, ok: false, expected, came: undefined, policy_ids: [], differences };
  }
}

function explainCase(rulebook: WorkspaceRulebook, tested: PolicyCase): PolicyExplanation {
  const { tool: tool_name, input, origin, intent, metadata } = tested;
  const history = factsAfter(rulebook, tested.after);
  return explainPolicy(rulebook, { tool_name, input, origin, intent, metadata, history });
}

/** What the session remembers of calls that are stated as having been started. */
function factsAfter(rulebook: WorkspaceRulebook, calls: PolicyCase['after']): ReadonlySet<string> {
  const facts = calls.flatMap(({ tool: tool_name, input: asked }) => {
    const { input, refusal } = explainPolicy(rulebook, { tool_name, input: asked, origin: 'host' });
    if (input) return rulebook.book.factsOf({ tool_name, input });
    throw new RuntimeError('INVALID_INPUT', `after: ${refusal?.message ?? tool_name}`);
  });
  return new Set(facts);
}

function differencesOf(tested: PolicyCase, explanation: PolicyExplanation): readonly string[] {
  const { decision, decided_by, input, approval, refusal } = explanation;
  const told = refusal ? ` (${refusal.message})` : '';
  const ids = decided_by.map(({ policy_id }) => policy_id);
  return [
    ...(decision === tested.expect ? [] : [`expected ${tested.expect}, came ${decision}${told}`]),
    ...(tested.rule === undefined || ids.includes(tested.rule)
      ? []
      : [`expected rule ${tested.rule} to decide, came ${ids.join(', ') || 'none'}`]),
    ...(tested.becomes === undefined || isSame(tested.becomes, input)
      ? []
      : [`expected the input ${shown(tested.becomes)}, came ${shown(input)}`]),
    ...termDifferences(tested.terms ?? {}, approval ?? {}),
  ];
}

function termDifferences(expected: ApprovalTerms, came: ApprovalTerms): readonly string[] {
  return Object.entries(expected).flatMap(([term, value]) => {
    const found: unknown = came[term as keyof ApprovalTerms];
    return isSame(value, found) ? [] : [`expected ${term} ${shown(value)}, came ${shown(found)}`];
  });
}

function isSame(one: unknown, other: unknown): boolean {
  return shown(one) === shown(other);
}

function shown(value: unknown): string {
  return value === undefined ? 'nothing' : canonicalJson(value);
}
