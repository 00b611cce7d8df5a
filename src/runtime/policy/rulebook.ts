/** The rules and the tools of a workspace, opened to be asked, and to run nothing. */
import {
  createToolRegistry,
  historyBook,
  listGovernedTools,
  type Governance,
  type HistoryBook,
  type Rulebook,
} from '../../../kernel/index.ts';
import { requiredEnv } from '../../../config/index.ts';
import { offeredTools } from '../catalogs.ts';
import { askedPatterns, governanceOf } from '../governance.ts';
import { createModels } from '../models.ts';
import { assertOptions } from '../option-checks.ts';
import { resolveOptions, type RuntimeOptions } from '../options.ts';
import { createTurnTool } from '../turn-tool.ts';

/** What the kernel of a runtime with the same options would decide by. */
export interface WorkspaceRulebook extends Rulebook {
  /** What its rules ask about earlier calls. */
  readonly book: HistoryBook;
  /** Names of the tools that a model is offered. */
  readonly offered: ReadonlySet<string>;
  /** How long an approval is open where no rule says otherwise, in milliseconds. */
  readonly approval_expires_in_ms: number;
}

export interface RulebookOptions {
  /** Whether rules in shadow mode count like any other: what they would change. Default false. */
  readonly enforcesShadow?: boolean;
}

/** Who is offered what does not depend on who asks, as no session has begun. */
const NOBODY = { run_id: 'policy', task_id: 'policy', session_id: 'policy', allowed_scopes: [] };

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
  const turn_tool = createTurnTool({
    models: createModels(resolved),
    limits: {},
    scopes: [],
    required_env: requiredEnv(config),
  });
  const registry = createToolRegistry([turn_tool, ...tools]);
  const stated = governanceOf(resolved);
  const governance = enforcesShadow ? withoutShadow(stated) : stated;
  const offered = offeredTools(
    { listGovernedTools: (context) => listGovernedTools(registry, governance, context) },
    config,
    NOBODY,
  );
  return {
    registry,
    governance,
    book: historyBook(askedPatterns(governance)),
    offered: new Set(offered.map(({ name }) => name)),
    approval_expires_in_ms: config.troupe.approvals.expires_in_ms,
  };
}

function withoutShadow(governance: Governance): Governance {
  const layers = governance.layers.map((layer) => ({
    ...layer,
    rules: layer.rules.map(({ mode: _, ...rule }) => rule),
  }));
  return { ...governance, layers };
}
