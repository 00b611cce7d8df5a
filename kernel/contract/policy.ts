/** Rules, layers and the decision they lead to. A decision is a value, never an error. */
import { z } from 'zod';
import type { ApprovalTerms, Modification, RuleDefinition } from './policy-rule.ts';

export const policyTrigger = z.enum([
  'on_tool_request',
  'on_claim',
  'on_completion',
  'on_evidence_added',
]);
export type PolicyTrigger = z.infer<typeof policyTrigger>;

/** From the loosest to the strictest: of several that speak, the strictest counts. */
export const POLICY_EFFECTS = ['allow', 'modify', 'approval_required', 'defer', 'deny'] as const;
export const policyEffect = z.enum(POLICY_EFFECTS);
export type PolicyEffect = z.infer<typeof policyEffect>;

/** From the widest to the narrowest; a narrower layer may always tighten. */
export const LAYER_LEVELS = ['workspace', 'lane', 'pack', 'task'] as const;
export type LayerLevel = (typeof LAYER_LEVELS)[number];

/** What a rule may look at. Arguments are the parsed input, never the raw text of a model. */
export interface PolicyRequest {
  readonly trigger: PolicyTrigger;
  readonly run_id: string;
  readonly session_id?: string | undefined;
  readonly tool_name?: string | undefined;
  readonly task_id?: string | undefined;
  readonly lane_id?: string | undefined;
  readonly pack_id?: string | undefined;
  readonly tool_arguments?: Readonly<Record<string, unknown>> | undefined;
  readonly execution_metadata?: Readonly<Record<string, unknown>> | undefined;
  /** Facts about the calls that the session started before; see `kernel/policy/history.ts`. */
  readonly history?: ReadonlySet<string> | undefined;
  /** What is open, as tools are listed and no call is made yet. */
  readonly unknown?: readonly UnknownPart[] | undefined;
}

/** A condition on one of these, while it is unknown, holds for rules that let calls through. */
export type UnknownPart = 'arguments' | 'origin' | 'history';

export interface PolicyRule {
  readonly id: string;
  readonly trigger: PolicyTrigger;
  readonly decision: PolicyEffect;
  readonly reason?: string | undefined;
  /** Absent: the rule always matches. A rule that throws counts as a deny, never as no match. */
  readonly when?: ((request: PolicyRequest) => boolean) | undefined;
  /** `shadow` writes down what the rule would have decided, and decides nothing. */
  readonly mode?: 'enforce' | 'shadow' | undefined;
  /** What the approval has to be like that the rule asks for. */
  readonly approval?: ApprovalTerms | undefined;
  /** What a rule with decision `modify` changes in the input. */
  readonly modify?: readonly Modification[] | undefined;
  /** The data that the rule was compiled from, where it was. */
  readonly definition?: RuleDefinition | undefined;
}

export interface PolicyLayer {
  readonly level: LayerLevel;
  readonly default_decision?: PolicyEffect | undefined;
  /** Opt-in of THIS layer: narrower layers may allow what would be denied without them. */
  readonly allow_loosening?: boolean | undefined;
  readonly rules: readonly PolicyRule[];
}

export const policyDecision = z.strictObject({
  policy_id: z.string().min(1),
  decision: policyEffect,
  level: z.string().optional(),
  reason: z.string().optional(),
  /** Set where the rule only says what it would have decided. */
  mode: z.literal('shadow').optional(),
});
/** One rule (or default) that had a say, with where it stands and why it exists. */
export type PolicyDecision = z.infer<typeof policyDecision>;

/** The outcome of all layers: `decisions` holds every hit, so the answer explains itself. */
export interface PolicyEvaluation {
  readonly decision: PolicyEffect;
  readonly decisions: readonly PolicyDecision[];
  /** What an approval has to be like, of all rules that ask for one. */
  readonly approval?: ApprovalTerms | undefined;
  /** What to change in the input before it is decided on again, in this order. */
  readonly modifications?: readonly Modification[] | undefined;
  /** What the decision would have been, had the shadow rules that hit been in force. */
  readonly shadow_decision?: PolicyEffect | undefined;
  readonly warnings: readonly string[];
}

/** What one layer says of a request, and what that counts for beside the others. */
export interface LayerOpinion {
  readonly level: LayerLevel;
  readonly decision: PolicyEffect;
  /** The rules by which it speaks; none where it speaks by its default. */
  readonly policy_ids: readonly string[];
  /** `overruled` by something stricter; `gives_way` where it lets narrower layers loosen it. */
  readonly standing: 'decides' | 'overruled' | 'gives_way';
}
