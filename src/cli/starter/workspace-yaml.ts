/** The workspace.yaml that `troupe init` writes; a test holds that it loads without a problem. */

export const WORKSPACE_YAML = `\
# yaml-language-server: $schema=./node_modules/troupe/config/workspace.schema.json
#
# What an agent may do in this folder. Check it with: troupe config check
id: notes
name: Notes desk

# What tools may touch at most. A grant that is not here is not given.
security:
  allowed_scopes:
    - { type: path, pattern: notes/**, access: read }
    - { type: path, pattern: notes/**, access: write }

troupe:
  # Sessions, approvals and evidence are kept here.
  store: .troupe/store
  # Modules that export tools. They run with your rights: name only what you trust.
  tools:
    - tools/notes.mts

agent_runtime:
  default_model: assistant
  models:
    assistant:
      # openai_compatible speaks Chat Completions, messages_compatible speaks Messages.
      provider: openai_compatible
      # The name that your provider has for the model.
      model: change-me
      # Names of environment variables; their values never stand in this file.
      api_key_env: AGENT_RUNTIME_API_KEY
      base_url_env: AGENT_RUNTIME_BASE_URL

  # The model says what each of its turns is about; that decides which tools it may use then.
  # A tool that is not named is denied.
  intents:
    conversation:
      description: Talk, explain or ask back, without touching anything
      allow_tools: []
    note_taking:
      description: Look up, write or remove notes
      allow_tools:
        - notes:list
        - notes:write
      # A person has to approve the exact call first.
      approval_required_tools:
        - notes:delete

  # Upper bounds of every session; one that is reached escalates to a person.
  limits:
    max_turns_per_session: 30
    max_tool_calls_per_session: 30
    max_input_bytes: 262144
`;
