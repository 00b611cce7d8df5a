/** The tools of a pack as the kernel takes them: in a sandbox, within what the manifest says. */
import { join } from 'node:path';
import { schemaOf, type PackTool } from '../../../config/index.ts';
import { RuntimeError, type ToolCapability } from '../../../kernel/index.ts';
import type { LoadedPack } from './load.ts';

/**
 * Makes the capabilities of a pack's tools, each handed the pack's section of workspace.yaml.
 * @throws RuntimeError PACK_INVALID where the section names a variable that no tool declares.
 */
export function packTools(
  pack: LoadedPack,
  sections: Readonly<Record<string, unknown>>,
): readonly ToolCapability[] {
  const { manifest, section } = pack;
  const config = section && sections[section.key];
  const declared = new Set(manifest.tools.flatMap(({ required_env }) => required_env));
  const undeclared = variablesOf(config).filter((name) => !declared.has(name));
  if (undeclared.length > 0) {
    const names = undeclared.join(', ');
    const message = `Pack ${manifest.id}: ${names} is in its section, and in no required_env`;
    throw new RuntimeError('PACK_INVALID', message);
  }
  return manifest.tools.map((tool) => packTool(tool, pack, config));
}

function packTool(
  tool: PackTool,
  { manifest, folder, integrity }: LoadedPack,
  config: unknown,
): ToolCapability {
  const [file = tool.entry, exported] = tool.entry.split('#');
  const { id, version, allowed_scopes } = manifest;
  return {
    name: tool.name,
    description: tool.description,
    domain: tool.name.split(':')[0] ?? tool.name,
    version,
    permission: tool.permission,
    required_scopes: tool.required_scopes,
    required_env: tool.required_env,
    input_schema: schemaOf(tool.input_schema),
    ...(tool.output_schema && { output_schema: schemaOf(tool.output_schema) }),
    recovery: tool.recovery,
    timeout_ms: tool.timeout_ms,
    handler: {
      kind: 'subprocess',
      module: join(folder, file),
      ...(exported !== undefined && { export: exported }),
      readable: [folder],
      ...(config !== undefined && { config }),
      limits: tool.limits,
    },
    pack: { id, version, integrity, allowed_scopes },
  };
}

/** The values of all keys that end in `_env`: names of variables, wherever they stand. */
function variablesOf(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) =>
    key.endsWith('_env') && typeof member === 'string' ? member : variablesOf(member),
  );
}
