/** Rules, layers and the decision they lead to. A decision is a value, never an error. */
import { z } from 'zod';

export const policyTrigger = z.enum([
  'on_tool_request',
  'on_claim',
  'on_completion',
  'on_evidence_added',
]);
export type PolicyTrigger = z.infer<typeof policyTrigger>;

export const policyEffect = z.enum(['allow', 'deny', 'approval_required']);
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
}

export interface PolicyRule {
  readonly id: string;
  readonly trigger: PolicyTrigger;
  readonly decision: PolicyEffect;
  readonly reason?: string | undefined;
  /** Absent: the rule always matches. A rule that throws counts as a deny, never as no match. */
  readonly when?: ((request: PolicyRequest) => boolean) | undefined;
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
});
/** One rule (or default) that had a say, with where it stands and why it exists. */
export type PolicyDecision = z.infer<typeof policyDecision>;

/** The outcome of all layers: `decisions` holds every hit, so the answer explains itself. */
export interface PolicyEvaluation {
  readonly decision: PolicyEffect;
  readonly decisions: readonly PolicyDecision[];
  readonly warnings: readonly string[];
}
