/** What a workspace.yaml that loads comes to: models, variables, tools, and what does not fit. */
import { TURN_TOOL, type ToolCapability } from '../../kernel/index.ts';
import { requiredEnv, type Environment, type WorkspaceConfig } from '../../config/index.ts';
import { openWorkspace } from '../runtime/open-workspace.ts';

export interface CheckedConfig {
  readonly ok: true;
  readonly file: string;
  readonly models: readonly {
    readonly name: string;
    readonly provider: string;
    readonly model: string;
    readonly is_default: boolean;
  }[];
  readonly intents: readonly string[];
  readonly lanes: readonly string[];
  readonly tools: readonly string[];
  /** Names of variables and whether they are set; never what they are set to. */
  readonly environment: readonly { readonly name: string; readonly is_set: boolean }[];
  readonly warnings: readonly string[];
}

/** @throws RuntimeError CONFIG_NOT_FOUND, CONFIG_INVALID, CONFIGURATION_ERROR (a tool module) */
export async function checkConfig(
  workspace: string,
  environment: Environment,
): Promise<CheckedConfig> {
  const { config, file, tools } = await openWorkspace(workspace, environment);
  const variables = [...requiredEnv(config), ...tools.flatMap((tool) => tool.required_env)];
  const { models = {}, intents = {}, default_model } = config.agent_runtime ?? {};
  return {
    ok: true,
    file,
    models: Object.entries(models).map(([name, { provider, model }]) => ({
      ...{ name, provider, model },
      is_default: name === default_model,
    })),
    intents: Object.keys(intents),
    lanes: config.lanes.map(({ id }) => id),
    tools: tools.map(({ name }) => name),
    environment: [...new Set(variables)]
      .toSorted()
      .map((name) => ({ name, is_set: Boolean(environment[name]?.trim()) })),
    warnings: warningsOf(config, tools),
  };
}

/** What loads and still cannot have been meant. */
function warningsOf(config: WorkspaceConfig, tools: readonly ToolCapability[]): readonly string[] {
  const known = new Set([TURN_TOOL, ...tools.map(({ name }) => name)]);
  const intents = Object.entries(config.agent_runtime?.intents ?? {});
  return intents.flatMap(([id, { allow_tools, approval_required_tools }]) =>
    [...allow_tools, ...approval_required_tools]
      .filter((name) => !known.has(name))
      .map((name) => `Intent ${id} names ${name}, and no tool module has a tool of that name`),
  );
}
