/** What is offered to a model: the tools that some intent may use, and the intents themselves. */
import { z } from 'zod';
import {
  TURN_TOOL,
  type CallContext,
  type GovernedTool,
  type IntentCatalogEntry,
  type Kernel,
  type ToolCapability,
  type ToolCatalogEntry,
} from '../../kernel/index.ts';
import type { WorkspaceConfig } from '../../config/index.ts';

const schemas = new WeakMap<ToolCapability, Record<string, unknown>>();

/** The JSON Schema of a tool's input, as providers take it. */
function inputSchema(tool: ToolCapability): Record<string, unknown> {
  const known = schemas.get(tool);
  if (known) return known;
  const { $schema: _, ...schema } = z.toJSONSchema(tool.input_schema, {
    io: 'input',
    unrepresentable: 'any',
  });
  schemas.set(tool, schema);
  return schema;
}

const catalogEntry = ({ capability }: GovernedTool): ToolCatalogEntry => ({
  name: capability.name,
  description: capability.description,
  input_schema: inputSchema(capability),
});

/** The tools that the context may use under at least one of the configured intents. */
export function offeredTools(
  kernel: Pick<Kernel, 'listGovernedTools'>,
  config: WorkspaceConfig,
  context: CallContext,
): ToolCatalogEntry[] {
  const intents = Object.keys(config.agent_runtime?.intents ?? {});
  const contexts = intents.length === 0 ? [context] : intents.map((id) => withIntent(context, id));
  const offered = new Map<string, ToolCatalogEntry>();
  for (const each of contexts) {
    for (const tool of kernel.listGovernedTools(each)) {
      if (tool.capability.name === TURN_TOOL || offered.has(tool.capability.name)) continue;
      offered.set(tool.capability.name, catalogEntry(tool));
    }
  }
  return [...offered.values()];
}

const withIntent = (context: CallContext, agent_intent: string): CallContext => ({
  ...context,
  metadata: { ...context.metadata, agent_intent },
});

/** Lists the configured intents as a model is offered them. */
export function offeredIntents(config: WorkspaceConfig): IntentCatalogEntry[] {
  return Object.entries(config.agent_runtime?.intents ?? {}).map(([id, { description }]) => ({
    id,
    description,
  }));
}
