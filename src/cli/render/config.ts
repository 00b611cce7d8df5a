/** A workspace.yaml that loads, for people. */
import type { CheckedConfig } from '../check-config.ts';
import { printableLine } from '../printable.ts';
import type { Style } from './style.ts';
import { pairs } from './table.ts';

/** Writes what the workspace comes to, with the warnings last. */
export function configText(config: CheckedConfig, style: Style): string {
  const models = config.models.map(
    ({ name, provider, model, is_default }) =>
      `${name}${is_default ? ' (default)' : ''}: ${model} over ${provider}`,
  );
  const facts = pairs(
    {
      file: config.file,
      models: listed(models),
      intents: listed(config.intents),
      lanes: listed(config.lanes),
      tools: listed(config.tools),
    },
    style,
  );
  const variables = config.environment.map(
    ({ name, is_set }) => `  ${is_set ? style.good('set    ') : style.bad('missing')}  ${name}`,
  );
  const warnings = config.warnings.map((text) => style.notable(`Warning: ${printableLine(text)}`));
  const environment = variables.length === 0 ? [] : [style.faint('variables'), ...variables];
  return [style.good('workspace.yaml is valid'), facts, ...environment, ...warnings].join('\n');
}

const listed = (names: readonly string[]): string => names.join(', ') || 'none';
