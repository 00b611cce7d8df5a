/**
 * The manifest.yaml of a pack: what it brings, and what that may touch. Only what stands here is
 * loaded from a pack, and only under the scopes that stand here.
 */
import { z } from 'zod';
import {
  chosenName,
  ruleDefinition,
  toolName,
  toolScope,
  type ToolCapability,
} from '../kernel/contract/index.ts';
import { parseDocument, type DocumentKind, type ParsedDocument } from './document.ts';
import { environmentName, semanticVersion, text, workspacePath } from './fields.ts';
import type { Finding } from './problems.ts';

const MIB = 1024 * 1024;
const MINUTE_MS = 60_000;

/** `file#export`: a module of the pack, and which of its exports. */
const handlerEntry = z.string().regex(/^(?!\/)(?!(?:.*\/)?\.\.(?:\/|#|$))[^\\:\0#]+(?:#\w+)?$/, {
  error: 'expected a file of the pack and an export, as in tools/calendar.ts#createEvent',
});

const jsonSchema = z.record(z.string(), z.unknown()).refine(isReadable, {
  error: 'expected a JSON Schema that can be read',
});

const limits = z.strictObject({
  memory_bytes: z
    .int()
    .min(64 * MIB)
    .default(512 * MIB)
    .meta({
      description: 'Memory of the tool process and all that it starts.',
    }),
  output_bytes: z
    .int()
    .min(1)
    .max(64 * MIB)
    .default(MIB)
    .meta({
      description: 'Bytes that it may print, and bytes of its answer.',
    }),
  processes: z.int().min(1).max(1024).default(32).meta({
    description: 'Processes at once, its own included.',
  }),
});

const packTool = z.strictObject({
  name: toolName.meta({ description: 'Name of the tool.', examples: ['calendar:create-event'] }),
  description: text.meta({ description: 'What it does, in a sentence that a model can act on.' }),
  entry: handlerEntry.meta({ description: 'Module and export that runs it, in a sandbox.' }),
  permission: z.enum(['read', 'write', 'admin']).default('write').meta({
    description: 'What kind of effect it has.',
  }),
  required_scopes: z.array(toolScope).default([]).meta({
    description: 'Path and network grants that it needs.',
  }),
  required_env: z.array(environmentName).default([]).meta({
    description: 'Names of the variables that it is given; it sees no others.',
  }),
  input_schema: jsonSchema.meta({
    description:
      'JSON Schema of its input. The keyword x-troupe-argument marks arguments that are ' +
      'path:read, path:write, url or host.',
  }),
  output_schema: jsonSchema.optional().meta({ description: 'JSON Schema of its answer.' }),
  recovery: z.enum(['retry', 'manual']).default('manual').meta({
    description: 'What may be done after a crash in the middle of a call.',
  }),
  timeout_ms: z
    .int()
    .min(1)
    .max(60 * MINUTE_MS)
    .default(MINUTE_MS)
    .meta({
      description: 'Milliseconds until a call is given up and its processes are killed.',
    }),
  limits: limits.prefault({}).meta({ description: 'What its process may use.' }),
});
export type PackTool = z.infer<typeof packTool>;

const packManifest = z.strictObject({
  id: chosenName.meta({ description: 'Identifier of the pack.' }),
  version: semanticVersion.meta({ description: 'Its version; a pin names exactly one.' }),
  description: text.optional().meta({ description: 'What the pack is for.' }),
  task_types: z.array(text).default([]).meta({ description: 'Kinds of task that it serves.' }),
  allowed_scopes: z.array(toolScope).default([]).meta({
    description: 'What its tools may touch at most, beside what each of them needs.',
  }),
  config_key: chosenName.optional().meta({
    description: 'Root key of workspace.yaml that holds its configuration.',
  }),
  config_schema: workspacePath.optional().meta({
    description: 'File of the pack with the JSON Schema of that section.',
  }),
  tools: z.array(packTool).default([]).meta({ description: 'Its tools.' }),
  policies: z.array(ruleDefinition).default([]).meta({
    description: 'Its policy rules, in the pack layer.',
  }),
  evidence_types: z.array(text).default([]).meta({
    description: 'Accepted for packs of the earlier system; nothing reads it.',
  }),
});
export type PackManifest = z.infer<typeof packManifest>;

export const MANIFEST: DocumentKind<PackManifest> = {
  name: 'manifest.yaml',
  schema: packManifest,
  jsonSchema: () => z.toJSONSchema(packManifest, { io: 'input' }),
  crossCheck: repeatedTools,
};

/** Parses a manifest.yaml and reports all problems at once. Never throws. */
export function parseManifest(text: string, file?: string): ParsedDocument<PackManifest> {
  return parseDocument(MANIFEST, text, file);
}

/** Makes the schema that a JSON Schema describes. */
export function schemaOf(described: Record<string, unknown>): ToolCapability['input_schema'] {
  return z.fromJSONSchema(described);
}

function isReadable(described: Record<string, unknown>): boolean {
  try {
    schemaOf(described);
    return true;
  } catch {
    return false;
  }
}

function repeatedTools(data: unknown): readonly Finding[] {
  const named = z.looseObject({ tools: z.array(z.looseObject({ name: z.string() })) });
  const parsed = named.safeParse(data);
  if (!parsed.success) return [];
  const names = parsed.data.tools.map(({ name }) => name);
  return names.flatMap((name, index) =>
    names.indexOf(name) === index
      ? []
      : {
          path: ['tools', index, 'name'],
          at: 'value' as const,
          message: `expected each tool once, received ${name} again`,
          remedy: 'Rename or remove one of the two',
        },
  );
}
