/** The catalog with which a host builds its own prompt. */
import { TURN_TOOL, type ExecutionContext, type GovernedTool } from '../../kernel/index.ts';

export interface CatalogOptions {
  readonly toolHost: {
    readonly listGovernedTools: (
      context: ExecutionContext,
    ) => Promise<readonly GovernedTool[]> | readonly GovernedTool[];
  };
  readonly context: ExecutionContext;
  /** Default: the turn tool itself. */
  readonly excludeToolNames?: readonly string[];
}

/** Lists name and description of the tools that the context may use, approval or not. */
export async function buildGovernedToolCatalog(
  options: CatalogOptions,
): Promise<{ readonly name: string; readonly description: string }[]> {
  const excluded = options.excludeToolNames ?? [TURN_TOOL];
  const governed = await options.toolHost.listGovernedTools(options.context);
  return governed
    .map(({ capability: { name, description } }) => ({ name, description }))
    .filter(({ name }) => !excluded.includes(name));
}
