/** The workspace and the tools of the printed examples. */
import { z } from 'zod';
import { defineTool } from 'troupe';

/** The configuration as it is printed, with the host's own base URL. */
export const workspace = (url: string): string => `
packs:
  - id: agent-runtime
    version: 0.1.0
    integrity: dev
    source: local
agent_runtime:
  default_model: operations
  models:
    operations:
      provider: messages_compatible
      model: ops-assistant
      api_key_env: AGENT_RUNTIME_API_KEY
      base_url: ${url}
    planning:
      provider: openai_compatible
      model: planner
      api_key_env: PLANNER_API_KEY
      base_url_env: PLANNER_BASE_URL
  intents:
    scheduling:
      description: Schedule or reschedule work
      allow_tools:
        - calendar:create-event
        - calendar:reschedule-event
      approval_required_tools:
        - calendar:delete-event
    notifications:
      description: Notify stakeholders after an approved action
      allow_tools:
        - email:send
  limits:
    max_turns_per_session: 12
    max_tool_calls_per_session: 6
    max_input_bytes: 65536
`;

/** A tool that says that it was run. */
export const tool = (name: string) =>
  defineTool({
    name,
    description: `Does ${name}.`,
    input: z.looseObject({}),
    run: () => ({ done: name }),
  });
