/**
 * Turns `agent_runtime.intents` into policy rules: what an agent session may call is decided by
 * the intent that the model stated, and by nothing that the model wrote beside it.
 */
import { z } from 'zod';
import {
  TURN_TOOL,
  type PolicyLayer,
  type PolicyRequest,
  type PolicyRule,
} from '../contract/index.ts';
import { RuntimeError } from '../errors.ts';

const toolNames = (field: string) =>
  z.array(z.string().trim().min(1), { error: `${field} must be an array of non-empty strings` });

/** Closed, because a misspelt `approval_required_tools` would silently drop the approval. */
const intentSchema = z.strictObject(
  {
    description: z.string().optional(),
    allow_tools: toolNames('allow_tools'),
    approval_required_tools: toolNames('approval_required_tools').optional(),
  },
  { error: (issue) => (issue.code === 'invalid_type' ? 'an intent must be a map' : undefined) },
);

const packConfigSchema = z.object({
  intents: z
    .record(z.string().trim().min(1), intentSchema, { error: 'intents must be a map' })
    .optional(),
});

/** The tools of each intent, by intent id. */
export type Intents = Readonly<
  Record<
    string,
    {
      readonly allow_tools: readonly string[];
      readonly approval_required_tools?: readonly string[] | undefined;
    }
  >
>;

interface IntentTools {
  readonly allowed: ReadonlySet<string>;
  readonly gated: ReadonlySet<string>;
}

const NO_TOOLS: IntentTools = { allowed: new Set(), gated: new Set() };

/**
 * Makes the rules of a set of intents; none when no intent is configured.
 * They gate every tool but `agent:execute-turn`. A call with `agent_session_call: true` in its
 * execution metadata needs an `agent_intent`; an intent that is not configured has no tools.
 */
export function intentRules(intents: Intents | undefined): readonly PolicyRule[] {
  const known = new Map(Object.entries(intents ?? {}).map(([id, intent]) => [id, toolsOf(intent)]));
  if (known.size === 0) return [];
  const isTool =
    (matches: (tools: IntentTools, tool: string) => boolean) =>
    (request: PolicyRequest): boolean => {
      const intent = intentOf(request);
      if (request.tool_name === TURN_TOOL || intent === undefined) return false;
      return matches(known.get(intent) ?? NO_TOOLS, request.tool_name ?? '');
    };
  return [
    rule('intent-approval', {
      decision: 'approval_required',
      reason: 'The intent asks for approval of this tool',
      when: isTool(({ gated }, tool) => gated.has(tool)),
    }),
    rule('intent-deny', {
      decision: 'deny',
      reason: 'The intent is not configured for this tool',
      when: isTool(({ allowed, gated }, tool) => !allowed.has(tool) && !gated.has(tool)),
    }),
    rule('intent-allow', {
      decision: 'allow',
      reason: 'The intent allows this tool',
      when: isTool(({ allowed }, tool) => allowed.has(tool)),
    }),
    rule('intent-missing', {
      decision: 'deny',
      reason: 'An agent session calls tools only under an intent',
      when: (request) =>
        request.tool_name !== TURN_TOOL &&
        request.execution_metadata?.['agent_session_call'] === true &&
        intentOf(request) === undefined,
    }),
  ];
}

/**
 * Makes the pack layer of the agent runtime. Its static rule allows the turn tool and nothing
 * else: a tool that no policy speaks of stays denied, also where no intents are configured.
 */
export function agentRuntimeLayer(intents: Intents | undefined): PolicyLayer {
  const turns = rule('default', {
    decision: 'allow',
    reason: 'A session may ask its model for a turn',
    when: (request) => request.tool_name === TURN_TOOL,
  });
  return { level: 'pack', rules: [turns, ...intentRules(intents)] };
}

/** What a policy factory is made with. */
export interface PolicyFactoryInput {
  readonly workspaceRoot: string;
  readonly packId: string;
  readonly packRoot: string;
  /** The `agent_runtime` section, not yet validated. */
  readonly packConfig?: unknown;
}

/**
 * Makes the intent rules from a pack's raw config section.
 * @throws RuntimeError CONFIGURATION_ERROR naming every `agent_runtime.intents.<id>` that is wrong.
 */
export function createAgentRuntimePolicyFactory({
  packConfig,
}: PolicyFactoryInput): readonly PolicyRule[] {
  if (packConfig === undefined) return [];
  const parsed = packConfigSchema.safeParse(packConfig);
  if (parsed.success) return intentRules(parsed.data.intents);
  const problems = parsed.error.issues.map(
    ({ path, message }) => `${['agent_runtime', ...path].join('.')}: ${message}`,
  );
  throw new RuntimeError('CONFIGURATION_ERROR', problems.join('; '));
}

function rule(name: string, what: Omit<PolicyRule, 'id' | 'trigger'>): PolicyRule {
  return { id: `agent-runtime.policy.${name}`, trigger: 'on_tool_request', ...what };
}

function toolsOf(intent: Intents[string]): IntentTools {
  return {
    allowed: new Set(intent.allow_tools),
    gated: new Set(intent.approval_required_tools),
  };
}

function intentOf({ execution_metadata }: PolicyRequest): string | undefined {
  const intent = execution_metadata?.['agent_intent'];
  return typeof intent === 'string' ? intent.trim() || undefined : undefined;
}
