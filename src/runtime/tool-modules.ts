/** Loads the tools of a workspace from the modules that its configuration names. */
import { join } from 'node:path';
import { importModule } from '../../adapters/index.ts';
import { messageOf, RuntimeError, type ToolCapability } from '../../kernel/index.ts';

/** @throws RuntimeError CONFIGURATION_ERROR naming the module. */
export async function loadToolModules(
  folder: string,
  paths: readonly string[],
): Promise<ToolCapability[]> {
  const loaded = await Promise.all(paths.map((path) => loadToolModule(folder, path)));
  return loaded.flat();
}

async function loadToolModule(folder: string, path: string): Promise<ToolCapability[]> {
  const refuse = (why: string, cause?: unknown): RuntimeError =>
    new RuntimeError('CONFIGURATION_ERROR', `Tool module ${path}: ${why}`, { cause });
  const tools = await exportedTools(folder, path).catch((cause: unknown) => {
    throw refuse(messageOf(cause), cause);
  });
  if (!Array.isArray(tools) || !tools.every(isTool)) {
    throw refuse('expected an export `tools`: a list of tools, or a function that makes one');
  }
  return tools;
}

async function exportedTools(folder: string, path: string): Promise<unknown> {
  const { tools }: { readonly tools?: unknown } = await importModule(join(folder, path));
  if (typeof tools !== 'function') return tools;
  return (tools as (at: { root: string }) => unknown)({ root: folder });
}

const isTool = (value: unknown): value is ToolCapability =>
  typeof value === 'object' && value !== null && 'handler' in value && 'input_schema' in value;
