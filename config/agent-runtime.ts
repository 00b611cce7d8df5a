/**
 * The `agent_runtime` section: model profiles, intents and limits. The descriptions below are
 * what the README table and the editors' JSON Schema say.
 */
import { z } from 'zod';
import { chosenName, limits, toolName, type LimitName } from '../kernel/contract/index.ts';
import { environmentName, httpUrl, text } from './fields.ts';

const microUsd = z.int().min(0).max(1_000_000_000_000);

/** How one model is reached. Cross-checked elsewhere: one of base_url and base_url_env is there. */
export const modelProfile = z
  .strictObject({
    provider: z.enum(['openai_compatible', 'messages_compatible']).meta({
      description: 'The API that the provider speaks: Chat Completions or Messages.',
      examples: ['openai_compatible'],
    }),
    model: text.meta({
      description: 'Model identifier, sent as it is.',
      examples: ['ops-assistant'],
    }),
    api_key_env: environmentName.meta({
      description: 'Name of the environment variable that holds the credential.',
      examples: ['AGENT_RUNTIME_API_KEY'],
    }),
    base_url: httpUrl.optional().meta({
      description: 'API base or full endpoint. Wins over base_url_env; one of the two is needed.',
      examples: ['https://models.internal.example/'],
    }),
    base_url_env: environmentName.optional().meta({
      description: 'Name of the environment variable that holds the base URL.',
      examples: ['AGENT_RUNTIME_BASE_URL'],
    }),
    timeout_ms: z.int().min(1).max(3_600_000).default(60_000).meta({
      description: 'Milliseconds for one attempt, from connect to the last byte.',
    }),
    retries_max: z.int().min(0).max(10).default(2).meta({
      description: 'Attempts after the first one, when the failure may pass.',
    }),
    max_output_tokens: z.int().min(1).max(1_000_000).default(4096).meta({
      description: 'Tokens that one turn may answer with.',
    }),
    response_bytes_max: z
      .int()
      .min(1024)
      .max(64 * 1024 * 1024)
      .default(4 * 1024 * 1024)
      .meta({ description: 'Bytes that are read of one answer before it is given up.' }),
    concurrency: z.int().min(1).max(256).default(4).meta({
      description: 'Turns of this profile under way at once; more wait in line.',
    }),
    requests_per_minute: z
      .int()
      .min(1)
      .max(1_000_000)
      .optional()
      .meta({
        description: 'Attempts per minute; absent: no limit.',
        examples: [60],
      }),
    input_microusd_per_mtok: microUsd.optional().meta({
      description: 'Price of a million input tokens, in millionths of a US dollar.',
      examples: [3000000],
    }),
    output_microusd_per_mtok: microUsd.optional().meta({
      description: 'Price of a million output tokens, in millionths of a US dollar.',
      examples: [15000000],
    }),
  })
  .meta({ anyOf: [{ required: ['base_url'] }, { required: ['base_url_env'] }] });
export type ModelProfile = z.infer<typeof modelProfile>;

/** What a session may do once a turn is classified as this intent. */
export const intent = z.strictObject({
  description: text.meta({
    description: 'When the model should choose this intent; it reads this sentence.',
    examples: ['Schedule or reschedule work'],
  }),
  allow_tools: z.array(toolName).meta({
    description: 'Tools that the intent may use; all others are denied.',
    examples: [['calendar:create-event']],
  }),
  approval_required_tools: z
    .array(toolName)
    .default([])
    .meta({
      description: 'Tools that the intent may use once a person approved the exact call.',
      examples: [['calendar:delete-event']],
    }),
});
export type Intent = z.infer<typeof intent>;

/** The contract's limits, with a sentence each. */
const describedLimits = z.strictObject({
  max_turns_per_session: limits.shape.max_turns_per_session.meta({
    description: 'Model turns of one session.',
    examples: [12],
  }),
  max_tool_calls_per_session: limits.shape.max_tool_calls_per_session.meta({
    description: 'Tool calls of one session, denied ones included.',
    examples: [6],
  }),
  max_input_bytes: limits.shape.max_input_bytes.meta({
    description: 'UTF-8 bytes of the JSON that one turn is asked with.',
    examples: [65536],
  }),
  max_tokens_per_session: limits.shape.max_tokens_per_session.meta({
    description: 'Input and output tokens over all turns, as the provider reports them.',
    examples: [200000],
  }),
  max_cost_microusd_per_session: limits.shape.max_cost_microusd_per_session.meta({
    description: "Money over all turns by the profile's prices, in millionths of a US dollar.",
    examples: [500000],
  }),
  max_wall_ms_per_session: limits.shape.max_wall_ms_per_session.meta({
    description: 'Milliseconds spent in turns and tools; waiting for people is free.',
    examples: [600000],
  }),
} satisfies Record<LimitName, z.ZodType>);

const OPERATIONS = {
  provider: 'openai_compatible',
  model: 'ops-assistant',
  api_key_env: 'AGENT_RUNTIME_API_KEY',
  base_url_env: 'AGENT_RUNTIME_BASE_URL',
};

const SCHEDULING = { description: 'Schedule work', allow_tools: ['calendar:create-event'] };

/** The whole section. */
export const agentRuntimeConfig = z.strictObject({
  default_model: chosenName.meta({
    description: 'The model profile that is used when a call names none.',
    examples: ['operations'],
  }),
  models: z.record(chosenName, modelProfile).meta({
    description: 'Model profiles by name: how models are reached.',
    examples: [{ operations: OPERATIONS }],
  }),
  intents: z
    .record(chosenName, intent)
    .default({})
    .meta({
      description: 'Intents by name: what a session may do, by what a turn is about.',
      examples: [{ scheduling: SCHEDULING }],
    }),
  limits: describedLimits.default({}).meta({
    description: 'Upper bounds of every session; a call may tighten them. Absent: unbounded.',
    examples: [{ max_turns_per_session: 12 }],
  }),
});
export type AgentRuntimeConfig = z.infer<typeof agentRuntimeConfig>;
