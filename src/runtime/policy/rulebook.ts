/** The rules and the tools of a workspace, opened to be asked, and to run nothing. */
import {
  createToolRegistry,
  historyBook,
  listGovernedTools,
  type CallContext,
  type Governance,
  type HistoryBook,
  type Rulebook,
  type ToolCapability,
} from '../../../kernel/index.ts';
import { requiredEnv, type WorkspaceConfig } from '../../../config/index.ts';
import { offeredTools } from '../catalogs.ts';
import { askedPatterns, governanceOf, governancesOf } from '../governance.ts';
import { memoized } from '../memoized.ts';
import { createModels } from '../models.ts';
import { assertOptions } from '../option-checks.ts';
import { resolveOptions, type RuntimeOptions } from '../options.ts';
import { turnScopes } from '../turn-scopes.ts';
import { createTurnTool } from '../turn-tool.ts';

/** What a session was started with that rules depend on. */
export interface SessionRules {
  readonly lane_id?: string | undefined;
  /** Tells which hosts its turns need; absent: the default one. */
  readonly model_profile?: string | undefined;
}

/** What the kernel of a runtime with the same options would decide by, in one lane. */
export interface WorkspaceRulebook extends Rulebook {
  /** The same for a session, which stays in its lane; in one that is gone every call is denied. */
  readonly ofSession: (session: SessionRules) => WorkspaceRulebook;
  /** What its rules ask about earlier calls. */
  readonly book: HistoryBook;
  /** Whether a model is offered the tool, in a session with this context. */
  readonly offers: (tool: ToolCapability, context: CallContext) => boolean;
  /** How long an approval is open where no rule says otherwise, in milliseconds. */
  readonly approval_expires_in_ms: number;
}

export interface RulebookOptions {
  /** Whether rules in shadow mode count like any other: what they would change. Default false. */
  readonly enforcesShadow?: boolean;
}

/**
 * Opens what a runtime of these options would be governed by. Its store is not touched; the tool
 * modules are loaded.
 * @throws RuntimeError INVALID_INPUT, CONFIG_NOT_FOUND, CONFIG_INVALID, CONFIGURATION_ERROR, PACK_*
 */
export async function openRulebook(
  options: RuntimeOptions,
  { enforcesShadow = false }: RulebookOptions = {},
): Promise<WorkspaceRulebook> {
  assertOptions(options);
  const resolved = await resolveOptions(options);
  const { config, tools } = resolved;
  const models = createModels(resolved);
  const turn = { models, limits: {}, required_env: requiredEnv(config) };
  const governances = governancesOf(resolved);
  const inLane = memoized((lane_id: string | undefined) =>
    memoized((profile: string) => under(governances.of(lane_id), profile)),
  );
  const under = (stated: Governance, profile: string): WorkspaceRulebook => {
    const governance = enforcesShadow ? withoutShadow(stated) : stated;
    const scopes = turnScopes(models.hosts(profile), governance.grants);
    const registry = createToolRegistry([createTurnTool({ ...turn, scopes }), ...tools]);
    return {
      ...{ registry, governance },
      ofSession: ({ lane_id, model_profile = models.default_profile }) =>
        inLane(lane_id)(model_profile),
      book: historyBook(askedPatterns(governance)),
      offers: (tool, context) => offers(governance, config, tool, context),
      approval_expires_in_ms: config.troupe.approvals.expires_in_ms,
    };
  };
  return under(governanceOf(resolved), models.default_profile);
}

/** Metadata that a turn adds, which nobody knows when its tools are offered. */
const OF_A_TURN = new Set(['agent_intent', 'agent_turn_index', 'agent_tool_call_count']);

function offers(
  governance: Governance,
  config: WorkspaceConfig,
  tool: ToolCapability,
  { metadata, ...context }: CallContext,
): boolean {
  const own = Object.entries(metadata ?? {}).filter(([key]) => !OF_A_TURN.has(key));
  const registry = createToolRegistry([tool]);
  const listGoverned = (each: CallContext) => listGovernedTools(registry, governance, each);
  const session = { ...context, metadata: Object.fromEntries(own) };
  return offeredTools({ listGovernedTools: listGoverned }, config, session).length > 0;
}

function withoutShadow(governance: Governance): Governance {
  const layers = governance.layers.map((layer) => ({
    ...layer,
    rules: layer.rules.map(({ mode: _, ...rule }) => rule),
  }));
  return { ...governance, layers };
}
