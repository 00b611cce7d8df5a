/**
 * The configurations that the governed pack's own documents print boot as printed. The documents
 * stand beside the repository, in ../shared; where they do not, the tests say so and are skipped.
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test, type TestContext } from 'vitest';
import { configOf } from './support/told.ts';

const seedPath = (name: string): string =>
  fileURLToPath(new URL(`../../../shared/seeds/governed-pack-${name}.txt`, import.meta.url));

/** The text of a document, or the end of the test that wanted it. */
function readSeed({ skip }: TestContext, name: string): string {
  const path = seedPath(name);
  skip(!existsSync(path), `${path} is not here`);
  return readFileSync(path, 'utf8');
}

/** The lines from the first that begins so, up to the first that does not belong any more. */
function linesFrom(text: string, first: string, belongs: (line: string) => boolean): string[] {
  const lines = text.split('\n');
  const start = lines.indexOf(first);
  const length = lines.slice(start).findIndex((line) => !belongs(line));
  return lines.slice(start, start + length);
}

describe('a printed configuration', () => {
  test('of the configuration page: the pin and the section, as they stand there', (context) => {
    const page = readSeed(context, 'configuration');
    const isYaml = (line: string): boolean => /^(?:packs:|agent_runtime:| +\S)/.test(line);
    const printed = [
      ...linesFrom(page, 'packs:', isYaml),
      ...linesFrom(page, 'agent_runtime:', isYaml),
    ];
    const config = configOf(printed.join('\n'));
    expect(config).toMatchObject({
      id: 'workspace',
      packs: [{ id: 'agent-runtime', version: '0.1.0', integrity: 'dev', source: 'local' }],
      agent_runtime: {
        default_model: 'operations',
        models: {
          operations: {
            provider: 'messages_compatible',
            model: 'ops-assistant',
            api_key_env: 'AGENT_RUNTIME_API_KEY',
            base_url: 'https://models.internal.example/',
            timeout_ms: 60_000,
          },
          planning: { provider: 'openai_compatible', base_url_env: 'PLANNER_BASE_URL' },
        },
        intents: {
          scheduling: {
            allow_tools: ['calendar:create-event', 'calendar:reschedule-event'],
            approval_required_tools: ['calendar:delete-event'],
          },
          notifications: { allow_tools: ['email:send'], approval_required_tools: [] },
        },
        limits: {
          max_turns_per_session: 12,
          max_tool_calls_per_session: 6,
          max_input_bytes: 65_536,
        },
      },
      security: { allowed_scopes: [], network_default: 'off', deny_overlays: [] },
    });
  });

  test('of the readme, with the indentation that its page lost, and without a pin', (context) => {
    const page = readSeed(context, 'readme').replace('Orchestration boundary', '\n');
    const printed = linesFrom(page, 'agent_runtime:', (line) => /^\S+:( |$)|^- /.test(line));
    const config = configOf(printed.map(indent).join('\n'));
    expect(config.agent_runtime).toMatchObject({
      default_model: 'default',
      models: {
        default: {
          provider: 'openai_compatible',
          model: 'demo-model',
          api_key_env: 'AGENT_RUNTIME_API_KEY',
          base_url_env: 'AGENT_RUNTIME_BASE_URL',
        },
      },
      intents: {
        scheduling: {
          allow_tools: ['calendar:create-event'],
          approval_required_tools: ['calendar:create-event'],
        },
      },
    });
  });
});

/** Levels of nesting by what a line says: the page shows every line at the margin. */
function indent(line: string): string {
  const levels: readonly (readonly [RegExp, number])[] = [
    [/^agent_runtime:/, 0],
    [/^(?:default_model|models|intents):/, 1],
    [/^(?:default|scheduling):$/, 2],
    [/^- /, 4],
  ];
  const level = levels.find(([pattern]) => pattern.test(line))?.[1] ?? 3;
  return '  '.repeat(level) + line;
}
