/** How the tests of config write a file and read what is said of it. */
import { parseWorkspace, type WorkspaceConfig } from '../../../config/index.ts';

/** Where, what, and what to do: `['3:5 agent_runtime.limits', 'expected …', 'For example: …']`. */
export type Told = readonly [where: string, message: string, remedy: string];

/** Every problem of a text, in order. */
export function told(text: string): Told[] {
  return parseWorkspace(text).problems.map(({ line, column, path, message, remedy }) => [
    `${line}:${column} ${path}`.trimEnd(),
    message,
    remedy,
  ]);
}

/** The config of a text that must be without problems. */
export function configOf(text: string): WorkspaceConfig {
  const { config, problems } = parseWorkspace(text);
  if (!config) throw new Error(JSON.stringify(problems, undefined, 2));
  return config;
}

/** A section with one model profile; `lines` go below that profile. */
export function withProfile(...lines: readonly string[]): string {
  return [
    'agent_runtime:',
    '  default_model: main',
    '  models:',
    '    main:',
    ...lines.map((line) => `      ${line}`),
  ].join('\n');
}

/** What a model profile needs at least. */
export const PROFILE = [
  'provider: openai_compatible',
  'model: demo-model',
  'api_key_env: DEMO_KEY',
  'base_url: https://models.example/v1',
] as const;
