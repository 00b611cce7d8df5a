/**
 * What a workspace.yaml comes to for a fixed set of calls, as numbers that can be compared: each
 * decision, the terms of each approval, and the bounds beside them.
 */
import { z } from 'zod';
import { defineTool } from 'troupe';
import {
  agentRuntimeLayer,
  createToolRegistry,
  judgeCall,
  policyEffect,
  type Governance,
  type ToolScope,
} from 'troupe/kernel';
import { configuredLane, configuredLayers, type WorkspaceConfig } from 'troupe/config';

const LANE = 'docs';
/** A workspace in which everything that holds something back does so. */
export const WORKSPACE = `
id: desk
name: Desk
security:
  allowed_scopes:
    - { type: path, pattern: docs/**, access: read }
    - { type: path, pattern: docs/**, access: write }
    - { type: network, posture: allowlist, allowlist_entries: ['api.example.com:443'] }
  network_default: 'off'
  deny_overlays: [~/.ssh]
policies:
  - { id: no-deletes, decision: deny, tools: [files:delete], reason: Nothing is deleted here }
  - id: mail-inside
    decision: deny
    tools: ['email:*']
    when:
      origin: session
      arguments: [{ pointer: /to, not_matches: '*@example.com' }]
      unless_after: [{ tools: [people:ask] }]
  - id: ask-large
    decision: approval_required
    tools: [files:write]
    when: { arguments: [{ pointer: /bytes, at_least: 100 }] }
    approval: { approvers: [anna, ben], quorum: 2, distinct: true, expires_in_ms: 60000 }
lanes:
  - id: docs
    title: Docs
    allowed_scopes:
      - { type: path, pattern: docs/public/**, access: read }
      - { type: path, pattern: docs/public/**, access: write }
      - { type: network, posture: allowlist, allowlist_entries: ['api.example.com:443'] }
    policy_overrides: [{ id: docs.no-deploy, decision: deny, tools: ['deploy:*'] }]
troupe:
  approvals: { expires_in_ms: 3600000 }
  policy: { default_decision: deny, allow_loosening: true }
  sandbox: { unconfined_tools: [] }
agent_runtime:
  default_model: m
  models:
    m: { provider: openai_compatible, model: m, api_key_env: KEY, base_url_env: URL }
  intents:
    working:
      description: Works
      allow_tools:
        [files:read, files:write, files:delete, email:send, secrets:read, deploy:run, web:read]
      approval_required_tools: [calendar:delete]
  limits: { max_turns_per_session: 5, max_tool_calls_per_session: 5, max_input_bytes: 1000 }
`;

const need = (pattern: string, access: 'read' | 'write'): ToolScope => ({
  ...{ type: 'path', pattern, access },
});
const FETCHES: ToolScope = {
  ...{ type: 'network', posture: 'allowlist', allowlist_entries: ['api.example.com:443'] },
};

const NEEDS: Readonly<Record<string, readonly ToolScope[]>> = {
  'files:read': [need('docs/public/**', 'read')],
  'files:write': [need('docs/public/**', 'write')],
  'files:delete': [],
  'secrets:read': [need('docs/secret/**', 'read')],
  'email:send': [FETCHES],
  'calendar:delete': [],
  'deploy:run': [],
  'web:read': [{ type: 'network', posture: 'full' }],
};

const REGISTRY = createToolRegistry(
  Object.entries(NEEDS).map(([name, scopes]) =>
    defineTool({ name, description: name, input: z.looseObject({}), scopes, run: () => undefined }),
  ),
);

const INPUTS = [
  {},
  { bytes: 99 },
  { bytes: 100 },
  { to: 'a@example.com' },
  { to: 'a@example.net' },
];

const CALLS = Object.keys(NEEDS).flatMap((name) => INPUTS.map((input) => ({ name, input })));
const CONTEXT = { run_id: 'r', task_id: 't', session_id: 's', allowed_scopes: [] };
const ASKED = { ...CONTEXT, metadata: { agent_intent: 'working' } };
const NEVER = 1e12;

/** How much is held back, number by number: a larger one is stricter. */
export function strictness(config: WorkspaceConfig): readonly number[] {
  const governance = governanceOf(config);
  const { security, troupe, agent_runtime } = config;
  const limits = agent_runtime?.limits ?? {};
  return [
    ...CALLS.flatMap((call) => strictnessOf(governance, call)),
    -(limits.max_turns_per_session ?? NEVER),
    -(limits.max_tool_calls_per_session ?? NEVER),
    -(limits.max_input_bytes ?? NEVER),
    -troupe.approvals.expires_in_ms,
    -troupe.sandbox.unconfined_tools.length,
    security.network_default === 'full' ? 0 : 1,
    security.deny_overlays.length,
  ];
}

/** The rank of the decision on a call, and how hard its approval is to get. */
function strictnessOf(governance: Governance, call: (typeof CALLS)[number]): readonly number[] {
  const request = {
    ...call,
    context: ASKED,
    origin: 'session',
    effect_id: 'e',
    attempt: 1,
  } as const;
  const { evaluation } = judgeCall({ registry: REGISTRY, governance }, request, new Set()).decision;
  const rank = policyEffect.options.indexOf(evaluation.decision);
  if (evaluation.decision !== 'approval_required') {
    return rank > policyEffect.options.indexOf('approval_required')
      ? [rank, NEVER, NEVER, NEVER, NEVER]
      : [rank, 0, 0, -NEVER, -NEVER];
  }
  const { quorum = 1, distinct = false, approvers, expires_in_ms } = evaluation.approval ?? {};
  const people = approvers?.length ?? NEVER;
  return [rank, quorum, Number(distinct), -people, -(expires_in_ms ?? NEVER)];
}

function governanceOf(config: WorkspaceConfig): Governance {
  const lane = config.lanes.some(({ id }) => id === LANE) ? LANE : undefined;
  const intents = agentRuntimeLayer(config.agent_runtime?.intents);
  return {
    ...{ layers: [...configuredLayers(config, lane), intents], policy_version: 'p', lane_id: lane },
    grants: {
      workspace: config.security.allowed_scopes,
      lane: lane === undefined ? undefined : configuredLane(config, lane).allowed_scopes,
      premises: { root: '/w', hidden: [], fixed: [] },
    },
  };
}
