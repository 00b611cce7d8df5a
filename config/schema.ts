/**
 * The schema of workspace.yaml: parser, type, field table and editor schema in one. It sees one
 * value at a time; what holds across fields is in cross-checks.ts.
 */
import { z } from 'zod';
import { chosenName, ruleDefinition, toolScope } from '../kernel/contract/index.ts';
import { agentRuntimeConfig } from './agent-runtime.ts';
import {
  environmentName,
  httpUrl,
  packIntegrity,
  semanticVersion,
  text,
  workspacePath,
} from './fields.ts';

const DAY_MS = 86_400_000;

const GRANTS = [{ type: 'path', pattern: 'calendar/**', access: 'write' }];
const PIN = { id: 'agent-runtime', version: '0.1.0', integrity: 'dev', source: 'local' };
const RULE = { id: 'no-deletes', decision: 'deny', tools: ['calendar:delete-*'] };

export const packPin = z.strictObject({
  id: chosenName.meta({ description: 'Pack identifier.', examples: ['agent-runtime'] }),
  version: semanticVersion.meta({ description: 'Exact version of the pack.' }),
  integrity: packIntegrity.meta({ description: '`dev`, or `sha256:` and the hash of the pack.' }),
  source: z.enum(['local', 'git', 'registry']).meta({
    description: 'Where the pack comes from.',
    examples: ['local'],
  }),
  url: text.optional().meta({ description: 'Repository of the pack; needed with source git.' }),
  commit: z
    .string()
    .regex(/^[0-9a-f]{40}$/, { error: 'expected a commit: 40 hex digits' })
    .optional()
    .meta({ description: 'Commit of the repository; needed with source git.' }),
  package: text.optional().meta({
    description: 'Name of the npm package, with source registry. Absent: the id of the pack.',
    examples: ['@acme/calendar-pack'],
  }),
  registry_url: httpUrl.optional().meta({
    description: 'Registry to ask instead of the usual one.',
  }),
});

export type PackPin = z.infer<typeof packPin>;

const lane = z.strictObject({
  id: chosenName.meta({ description: 'Name of the lane.', examples: ['operations'] }),
  title: text.meta({ description: 'Name for people.', examples: ['Operations'] }),
  allowed_scopes: z
    .array(toolScope)
    .default([])
    .meta({
      description: 'Path and network grants of the lane, intersected with those of the workspace.',
      examples: [GRANTS],
    }),
  wip_limit: z.int().min(1).max(10_000).optional().meta({
    description: 'Accepted and checked; nothing holds to it until there is a task queue.',
  }),
  policy_overrides: z
    .array(ruleDefinition)
    .default([])
    .meta({
      description: 'Policy rules of the lane.',
      examples: [[RULE]],
    }),
});

const security = z.strictObject({
  allowed_scopes: z
    .array(toolScope)
    .default([])
    .meta({
      description:
        'Path and network grants of the workspace. A grant that is not here is not given.',
      examples: [GRANTS],
    }),
  network_default: z.enum(['off', 'full']).default('off').meta({
    description: 'Network of a tool process that no grant speaks of. For tool sandboxes.',
  }),
  deny_overlays: z
    .array(text)
    .default([])
    .meta({
      description: 'Paths that no tool process sees, whatever is granted. For tool sandboxes.',
      examples: [['~/.ssh']],
    }),
});

const controlPlane = z.strictObject({
  endpoint: httpUrl.meta({ description: 'Address of the control plane.' }),
  org_id: text.meta({ description: 'Organisation there.' }),
  project_id: text.meta({ description: 'Project there.' }),
  sync_interval: z.int().min(1).meta({ description: 'Time between syncs, in its own unit.' }),
  policy_mode: z.enum(['authoritative', 'tighten-only', 'dev-override']).meta({
    description: 'What its policies may do to those of this file.',
  }),
  auth: z
    .strictObject({
      token_env: environmentName.meta({
        description: 'Name of the environment variable that holds the token.',
        examples: ['CONTROL_PLANE_TOKEN'],
      }),
    })
    .meta({ description: 'Credential for it.' }),
});

const troupe = z.strictObject({
  store: workspacePath.default('.troupe/store').meta({
    description: 'Folder of the session store, relative to the workspace.',
    examples: ['.troupe/store'],
  }),
  tools: z
    .array(workspacePath)
    .default([])
    .meta({
      description:
        'Modules that export tools, relative to the workspace. They run with your rights.',
      examples: [['tools/calendar.ts']],
    }),
  sandbox: z
    .strictObject({
      unconfined_tools: z
        .array(text)
        .default([])
        .meta({
          description:
            'Tools of packs that may run with nothing around them where no sandbox works. ' +
            'Their receipts say so.',
          examples: [['reports:render']],
        }),
    })
    .prefault({})
    .meta({ description: 'Processes of tools that packs bring.' }),
  approvals: z
    .strictObject({
      expires_in_ms: z
        .int()
        .min(1)
        .max(365 * DAY_MS)
        .default(DAY_MS)
        .meta({ description: 'Milliseconds until an approval that nobody resolved expires.' }),
    })
    .prefault({})
    .meta({ description: 'Approvals by people.' }),
  policy: z
    .strictObject({
      default_decision: z
        .enum(['allow', 'deny', 'approval_required'])
        .optional()
        .meta({
          description:
            'Decision of the workspace where none of `policies` speaks. Absent: no say, and a ' +
            'call that no layer allows is denied.',
          examples: ['deny'],
        }),
      allow_loosening: z.boolean().default(false).meta({
        description: 'Whether lanes and packs may allow what the workspace default denies.',
      }),
    })
    .prefault({})
    .meta({ description: 'How the workspace layer of policy decides beside its rules.' }),
});

/** workspace.yaml. Every root key may be left out. */
export const workspaceConfig = z.strictObject({
  id: chosenName.default('workspace').meta({ description: 'Identifier of the workspace.' }),
  name: text.default('workspace').meta({ description: 'Name for people.' }),
  packs: z
    .array(packPin)
    .default([])
    .meta({
      description: 'Pinned packs. The pack agent-runtime is built in and needs no pin.',
      examples: [[PIN]],
    }),
  lanes: z
    .array(lane)
    .default([])
    .meta({
      description: 'Named queues, each with grants, a limit and policy rules of its own.',
      examples: [[{ id: 'operations', title: 'Operations' }]],
    }),
  policies: z
    .array(ruleDefinition)
    .default([])
    .meta({ description: 'Policy rules of the workspace.', examples: [[RULE]] }),
  security: security.prefault({}).meta({ description: 'What tools may touch at most.' }),
  control_plane: controlPlane.optional().meta({
    description: 'Accepted and checked; this version does not speak to a control plane.',
  }),
  memory_namespace: text.default('workspace').meta({
    description: 'Namespace of memory packs; nothing in Troupe itself reads it.',
  }),
  event_namespace: text.default('workspace').meta({
    description: 'Namespace of event packs; nothing in Troupe itself reads it.',
  }),
  agent_runtime: agentRuntimeConfig.optional().meta({
    description:
      'Models, intents and limits. Absent: AGENT_RUNTIME_API_KEY and AGENT_RUNTIME_BASE_URL ' +
      'reach an openai_compatible provider, and a call names the model itself.',
  }),
  troupe: troupe.prefault({}).meta({ description: 'What only Troupe knows.' }),
});
export type WorkspaceConfig = z.infer<typeof workspaceConfig>;
export type Lane = WorkspaceConfig['lanes'][number];

/** The sections that packs add to a workspace.yaml, by their root key. */
export type PackSections = Readonly<Record<string, z.ZodType>>;

/** The schema with the sections of packs as further root keys. */
export function withSections(sections: PackSections): z.ZodType<WorkspaceConfig> {
  const optional = Object.entries(sections).map(([key, section]) => [key, section.optional()]);
  return workspaceConfig.extend(Object.fromEntries(optional) as object);
}

/** The schema as JSON Schema (draft 2020-12), for editors and for remedies. */
export function workspaceJsonSchema(
  schema: z.ZodType = workspaceConfig,
): z.core.JSONSchema.BaseSchema {
  return z.toJSONSchema(schema.meta({ title: 'workspace.yaml of Troupe' }), { io: 'input' });
}
