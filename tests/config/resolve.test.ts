/** From a config and an environment to model profiles, prices, variables and hosts. */
import { describe, expect, test } from 'vitest';
import {
  networkAllowlist,
  profilePrices,
  requiredEnv,
  resolveProfile,
  type Environment,
} from '../../config/index.ts';
import { configOf } from './support/told.ts';

const SECRET = 'secret-value';
const WORKSPACE = configOf(`
agent_runtime:
  default_model: operations
  models:
    operations:
      provider: messages_compatible
      model: ops-assistant
      api_key_env: OPERATIONS_KEY
      base_url: https://models.internal.example/v1
      base_url_env: UNUSED_URL
      timeout_ms: 5000
      retries_max: 0
      max_output_tokens: 100
      response_bytes_max: 2048
      input_microusd_per_mtok: 3000000
    planning:
      provider: openai_compatible
      model: planner
      api_key_env: PLANNER_KEY
      base_url_env: PLANNER_URL
`);
const BARE = configOf('id: bare');
const ENVIRONMENT: Environment = {
  OPERATIONS_KEY: ` ${SECRET}\n`,
  PLANNER_KEY: SECRET,
  PLANNER_URL: 'http://localhost:8080/api',
};

describe('a model profile resolves', () => {
  test('to all that an adapter needs; base_url wins over base_url_env', () => {
    expect(resolveProfile(WORKSPACE, 'operations', ENVIRONMENT)).toEqual({
      name: 'operations',
      provider: 'messages_compatible',
      model: 'ops-assistant',
      api_key: SECRET,
      base_url: 'https://models.internal.example/v1',
      timeout_ms: 5000,
      retries_max: 0,
      max_output_tokens: 100,
      response_bytes_max: 2048,
    });
  });

  test('with defaults, its address from the environment', () => {
    expect(resolveProfile(WORKSPACE, 'planning', ENVIRONMENT)).toMatchObject({
      base_url: 'http://localhost:8080/api',
      timeout_ms: 60_000,
      retries_max: 2,
      max_output_tokens: 4096,
      response_bytes_max: 4_194_304,
    });
  });

  test('to that of default_model when none is named', () => {
    expect(resolveProfile(WORKSPACE, undefined, ENVIRONMENT)).toMatchObject({ name: 'operations' });
  });

  test('without agent_runtime to the fallback, whose model is the name', () => {
    const environment = {
      AGENT_RUNTIME_API_KEY: SECRET,
      AGENT_RUNTIME_BASE_URL: 'https://fallback.example/',
    };
    expect(resolveProfile(BARE, 'some/model-1', environment)).toMatchObject({
      name: 'some/model-1',
      provider: 'openai_compatible',
      model: 'some/model-1',
      api_key: SECRET,
      base_url: 'https://fallback.example/',
    });
  });
});

type Refusal = readonly [
  why: string,
  name: string | undefined,
  change: Environment,
  code: string,
  message: string,
];

// prettier-ignore
describe('a model profile does not resolve', () => {
  test.each<Refusal>([
    ['misspelt', 'operation', {}, 'CONFIGURATION_ERROR',
      'No model profile "operation" in agent_runtime.models. Did you mean operations?'],
    ['unknown', 'gpt-something-else', {}, 'CONFIGURATION_ERROR',
      'No model profile "gpt-something-else" in agent_runtime.models. Known: operations, planning'],
    ['inherited', 'constructor', {}, 'CONFIGURATION_ERROR',
      'No model profile "constructor" in agent_runtime.models. Known: operations, planning'],
    ['inherited', '__proto__', {}, 'CONFIGURATION_ERROR',
      'No model profile "__proto__" in agent_runtime.models. Known: operations, planning'],
    ['no key', 'operations', { OPERATIONS_KEY: undefined }, 'MISSING_ENVIRONMENT',
      'OPERATIONS_KEY, which model profile "operations" needs, is not set'],
    ['blank key', 'operations', { OPERATIONS_KEY: ' \n' }, 'MISSING_ENVIRONMENT',
      'OPERATIONS_KEY, which model profile "operations" needs, is blank'],
    ['no address', 'planning', { PLANNER_URL: undefined }, 'MISSING_ENVIRONMENT',
      'PLANNER_URL, which model profile "planning" needs, is not set'],
    ['blank address', 'planning', { PLANNER_URL: '' }, 'MISSING_ENVIRONMENT',
      'PLANNER_URL, which model profile "planning" needs, is blank'],
    ['relative address', 'planning', { PLANNER_URL: SECRET }, 'CONFIGURATION_ERROR',
      'PLANNER_URL of model profile "planning": expected an absolute http(s) URL'],
    ['password in address', 'planning', { PLANNER_URL: `https://u:${SECRET}@h/` },
      'CONFIGURATION_ERROR',
      'PLANNER_URL of model profile "planning": expected a URL without a user name or password'],
  ])('%s: %s', (_, name, change, code, message) => {
    const answer = resolveProfile(WORKSPACE, name, { ...ENVIRONMENT, ...change });
    expect(answer).toEqual({ code, message });
    expect(JSON.stringify(answer)).not.toContain(SECRET);
  });

  test.each([undefined, '', '  '])('without agent_runtime and without a name (%j)', (name) => {
    expect(resolveProfile(BARE, name, ENVIRONMENT)).toEqual({
      code: 'CONFIGURATION_ERROR',
      message: 'No model: workspace.yaml has no agent_runtime, and the call names no model',
    });
  });

  test('without agent_runtime and its two variables', () => {
    expect(resolveProfile(BARE, 'm', {})).toMatchObject({ code: 'MISSING_ENVIRONMENT' });
  });
});

describe('prices', () => {
  test('are zero where only the other one is given', () => {
    expect(profilePrices(WORKSPACE, undefined)).toEqual({
      input_microusd_per_mtok: 3_000_000,
      output_microusd_per_mtok: 0,
    });
  });

  test.each([
    ['planning', WORKSPACE],
    ['unknown', WORKSPACE],
    ['any', BARE],
  ])('are absent for %s', (name, config) => {
    expect(profilePrices(config, name)).toBeUndefined();
  });
});

describe('what the turn tool needs', () => {
  test('are the variables of all model profiles, sorted', () => {
    expect(requiredEnv(WORKSPACE)).toEqual([
      'OPERATIONS_KEY',
      'PLANNER_KEY',
      'PLANNER_URL',
      'UNUSED_URL',
    ]);
    expect(requiredEnv(BARE)).toEqual(['AGENT_RUNTIME_API_KEY', 'AGENT_RUNTIME_BASE_URL']);
  });

  test.each<[what: string, url: string | undefined, hosts: readonly string[]]>([
    ['an explicit port', 'http://localhost:8080/api', ['localhost:8080']],
    ['the port of the scheme', 'http://models.example', ['models.example:80']],
    ['a host that is there already', 'https://MODELS.internal.example/x', []],
    ['IPv6', 'http://[::1]:9/', ['[::1]:9']],
    ['no address', undefined, []],
    ['not an address', 'models', []],
    ['another scheme', 'ftp://files.example', []],
  ])('are the hosts of all that resolve: %s', (_, url, hosts) => {
    expect(networkAllowlist(WORKSPACE, { PLANNER_URL: url })).toEqual(
      ['models.internal.example:443', ...hosts].toSorted(),
    );
  });

  test('is the host of the fallback without agent_runtime', () => {
    const environment = { AGENT_RUNTIME_BASE_URL: 'https://fallback.example/' };
    expect(networkAllowlist(BARE, environment)).toEqual(['fallback.example:443']);
  });
});
