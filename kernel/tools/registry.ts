/** The tools that exist. A name that is not here does not run, whoever asks. */
import type { ToolCapability } from '../contract/index.ts';
import { RuntimeError } from '../errors.ts';

export interface ToolRegistry {
  readonly lookup: (name: string) => ToolCapability | undefined;
  /** In the order of registration. */
  readonly list: () => readonly ToolCapability[];
}

/** @throws RuntimeError TOOL_DUPLICATE */
export function createToolRegistry(tools: readonly ToolCapability[]): ToolRegistry {
  const byName = new Map<string, ToolCapability>();
  for (const tool of tools) {
    if (byName.has(tool.name)) {
      throw new RuntimeError('TOOL_DUPLICATE', `Two tools are named ${tool.name}`);
    }
    byName.set(tool.name, tool);
  }
  return { lookup: (name) => byName.get(name), list: () => [...byName.values()] };
}
