/** The catalog with which a host builds its own prompt. */
import { z } from 'zod';
import { TURN_TOOL, type ExecutionContext, type GovernedTool } from '../../kernel/index.ts';
import { readOptions } from '../runtime/read-options.ts';

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

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
const isToolHost = (value: unknown): boolean =>
  isObject(value) && 'listGovernedTools' in value && typeof value.listGovernedTools === 'function';

const catalogOptions = z.object({
  toolHost: z.custom<CatalogOptions['toolHost']>(
    isToolHost,
    'expected an object with listGovernedTools',
  ),
  context: z.custom<ExecutionContext>(isObject, 'expected an object'),
  excludeToolNames: z.array(z.string()).default([TURN_TOOL]),
});

/** What a tool host answers: of anybody's, not only of ours. */
const governedTools = z.array(
  z.object({ capability: z.object({ name: z.string(), description: z.string() }) }),
);

/**
 * Lists name and description of the tools that the context may use, approval or not.
 * @throws RuntimeError INVALID_INPUT naming what does not fit, of the options or of the tool host.
 */
export async function buildGovernedToolCatalog(
  options: CatalogOptions,
): Promise<{ readonly name: string; readonly description: string }[]> {
  const verb = 'buildGovernedToolCatalog';
  const { toolHost, context, excludeToolNames } = readOptions(verb, catalogOptions, options);
  const listed = await toolHost.listGovernedTools(context);
  return readOptions(`${verb}: listGovernedTools`, governedTools, listed)
    .map(({ capability: { name, description } }) => ({ name, description }))
    .filter(({ name }) => !excludeToolNames.includes(name));
}
