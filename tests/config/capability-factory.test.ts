/** What the turn tool is given for the configured model profiles (cases C1 and C2 and beyond). */
import { describe, expect, test } from 'vitest';
import {
  createAgentRuntimeCapabilityFactory,
  type CapabilityAugmentation,
  type Environment,
} from '../../config/index.ts';

const EXECUTE_TURN = 'agent:execute-turn';
const ENVIRONMENT: Environment = { PROVIDER_BASE_URL: 'https://provider.example.com/v1/chat' };
const BY_VARIABLE = {
  provider: 'openai_compatible',
  model: 'demo-model',
  api_key_env: 'MODEL_API_KEY',
  base_url_env: 'PROVIDER_BASE_URL',
};

function make(
  packConfig: unknown,
  { tool = EXECUTE_TURN, environment = ENVIRONMENT } = {},
): CapabilityAugmentation {
  const pack = { workspaceRoot: '/workspace', packId: 'agent-runtime', packRoot: '/pack' };
  return createAgentRuntimeCapabilityFactory(
    { ...pack, packConfig, tool: { name: tool } },
    environment,
  );
}

const models = (...profiles: readonly object[]) => ({
  models: Object.fromEntries(profiles.map((profile, index) => [`profile-${index}`, profile])),
});

const grant = (...allowlist_entries: readonly string[]) => [
  { type: 'network', posture: 'allowlist', allowlist_entries },
];

test('C1: variables and the host, without the path of the URL', () => {
  expect(make(models(BY_VARIABLE))).toEqual({
    required_env: ['MODEL_API_KEY', 'PROVIDER_BASE_URL'],
    required_scopes: grant('provider.example.com:443'),
  });
});

test.each([
  ['C2: another tool', models(BY_VARIABLE), 'calendar:create-event'],
  ['no section', undefined, EXECUTE_TURN],
  ['a section without models', { default_model: 'a' }, EXECUTE_TURN],
])('%s needs nothing more', (_, packConfig, tool) => {
  expect(make(packConfig, { tool })).toEqual({});
});

describe('several model profiles', () => {
  test('are united: each variable and host once, sorted', () => {
    const fixed = { ...BY_VARIABLE, api_key_env: 'A_KEY', base_url: 'http://b.example/x' };
    const custom = { api_key_env: 'A_KEY', base_url: 'grpc://a.example:50051' };
    expect(make(models(BY_VARIABLE, fixed, custom, fixed))).toEqual({
      required_env: ['A_KEY', 'MODEL_API_KEY', 'PROVIDER_BASE_URL'],
      required_scopes: grant('a.example:50051', 'b.example:80', 'provider.example.com:443'),
    });
  });

  test('without any address get no network', () => {
    expect(make(models({ api_key_env: 'A_KEY' }, {}))).toEqual({
      required_env: ['A_KEY'],
      required_scopes: [],
    });
  });
});

type Refusal = readonly [
  why: string,
  packConfig: unknown,
  environment: Environment,
  code: string,
  message: string,
];

// prettier-ignore
describe('it throws', () => {
  test.each<Refusal>([
    ['an unset variable', models(BY_VARIABLE), {}, 'MISSING_ENVIRONMENT',
      'PROVIDER_BASE_URL, the base URL of model profile "profile-0", is not set or blank'],
    ['a blank variable', models(BY_VARIABLE), { PROVIDER_BASE_URL: ' ' }, 'MISSING_ENVIRONMENT',
      'PROVIDER_BASE_URL, the base URL of model profile "profile-0", is not set or blank'],
    ['a variable that only a prototype has', models({ base_url_env: 'constructor' }), {},
      'MISSING_ENVIRONMENT',
      'constructor, the base URL of model profile "profile-0", is not set or blank'],
    ['a scheme without a port', models({ base_url: 'grpc://a.example/' }), {},
      'CONFIGURATION_ERROR',
      'The base URL of model profile "profile-0" must be absolute, with http, https or a port'],
    ['a relative URL', models({ base_url: 'a.example' }), {}, 'CONFIGURATION_ERROR',
      'The base URL of model profile "profile-0" must be absolute, with http, https or a port'],
    ['another shape', { models: { a: { base_url: 7 } } }, {}, 'CONFIGURATION_ERROR',
      'agent_runtime.models.a.base_url: Invalid input: expected string, received number'],
  ])('for %s', (_, packConfig, environment, code, message) => {
    expect(() => make(packConfig, { environment })).toThrow(
      expect.objectContaining({ code, message }),
    );
  });
});
