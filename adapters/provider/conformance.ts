/**
 * Four turns that every provider adapter must read alike: words, a tool, nonsense and a refusal
 * to serve. They run against recorded answers, without a network.
 */
import { MockAgent } from 'undici';
import type { ToolError, TurnOutput } from '../../kernel/contract/index.ts';
import type { ModelAdapter, TurnRequest } from '../../kernel/index.ts';
import { createProviderAdapter, type ProviderAdapterOptions } from './create-provider-adapter.ts';
import type { ProviderKind } from './dialect.ts';
import { endpointOf } from './endpoint.ts';

export type ConformanceScenario =
  'success' | 'tool_request_shaping' | 'malformed_response' | 'normalized_error';

export interface ConformanceResult {
  readonly scenario: ConformanceScenario;
  readonly passed: boolean;
  readonly normalized_output?: TurnOutput;
  readonly normalized_error?: ToolError;
}

export interface ConformanceOptions {
  /** The wire format that is played. Default `openai_compatible`. */
  readonly provider?: ProviderKind;
  /** The adapter that is examined. Default ours. */
  readonly createAdapter?: (options: ProviderAdapterOptions) => ModelAdapter;
}

/** Runs the four scenarios and answers each with what the adapter made of it. */
export async function runProviderAdapterConformanceHarness({
  provider = 'openai_compatible',
  createAdapter = createProviderAdapter,
}: ConformanceOptions = {}): Promise<readonly ConformanceResult[]> {
  const results: ConformanceResult[] = [];
  for (const scenario of SCENARIOS) {
    results.push(await runScenario(scenario, provider, createAdapter));
  }
  return results;
}

interface Scenario {
  readonly name: ConformanceScenario;
  readonly status: number;
  readonly body: unknown;
  readonly expects: (output: TurnOutput | undefined, error: ToolError | undefined) => boolean;
}

const TOOL = { name: 'calendar:create-event', input: { title: 'Reminder' } };
const INTENT = 'scheduling';

const SCENARIOS: readonly ((provider: ProviderKind) => Scenario)[] = [
  (provider) => ({
    name: 'success',
    status: 200,
    body: answerBody(provider, { status: 'reply', intent: INTENT, assistant_message: 'Done' }),
    expects: (output) =>
      output?.status === 'reply' &&
      output.intent === INTENT &&
      output.assistant_message === 'Done' &&
      output.requested_tool === undefined,
  }),
  (provider) => ({
    name: 'tool_request_shaping',
    status: 200,
    body: answerBody(provider, { intent: INTENT }, TOOL),
    expects: (output) =>
      output?.status === 'tool_request' &&
      output.requested_tool?.name === TOOL.name &&
      output.requested_tool.input['title'] === TOOL.input.title,
  }),
  (provider) => ({
    name: 'malformed_response',
    status: 200,
    body: answerBody(provider, { intent: 42 }),
    expects: (_, error) => error?.code === 'PROVIDER_MALFORMED_RESPONSE',
  }),
  () => ({
    name: 'normalized_error',
    status: 429,
    body: { error: { type: 'rate_limit_error', message: 'Slow down' } },
    expects: (_, error) => error?.code === 'PROVIDER_RATE_LIMITED',
  }),
];

async function runScenario(
  scenarioOf: (provider: ProviderKind) => Scenario,
  provider: ProviderKind,
  createAdapter: NonNullable<ConformanceOptions['createAdapter']>,
): Promise<ConformanceResult> {
  const { name, status, body, expects } = scenarioOf(provider);
  const dispatcher = new MockAgent();
  dispatcher.disableNetConnect();
  const { origin, pathname } = new URL(endpointOf(provider, BASE_URL) ?? BASE_URL);
  dispatcher
    .get(origin)
    .intercept({ method: 'POST', path: pathname })
    .reply(status, JSON.stringify(body), { headers: { 'content-type': 'application/json' } });
  try {
    const adapter = createAdapter({
      clock: { now: () => 0 },
      random: () => 0,
      sleep: () => Promise.resolve(),
      dispatcher,
    });
    const { data, error } = await adapter.executeTurn(requestOf(provider), TURN_OPTIONS);
    return {
      scenario: name,
      passed: expects(data, error),
      ...(data && { normalized_output: data }),
      ...(error && { normalized_error: error }),
    };
  } finally {
    await dispatcher.close();
  }
}

const BASE_URL = 'https://model-provider.invalid/';
const TURN_OPTIONS = { signal: new AbortController().signal, onProgress: () => undefined };

function requestOf(provider: ProviderKind): TurnRequest {
  return {
    profile: {
      name: 'conformance',
      provider,
      model: 'conformance-model',
      api_key: 'conformance-key',
      base_url: BASE_URL,
      timeout_ms: 5_000,
      max_output_tokens: 1_024,
      retries_max: 0,
      response_bytes_max: 65_536,
    },
    messages: [{ role: 'user', content: 'Remind me' }],
    tools: [{ name: TOOL.name, description: 'Creates an event.' }],
    intents: [{ id: INTENT, description: 'Plans time.' }],
    stream: false,
    idempotency_key: 'conformance/turn/0',
  };
}

/** An answer in the reference's form: the envelope as text, and the tool call beside it. */
function answerBody(provider: ProviderKind, envelope: object, call?: typeof TOOL): unknown {
  const text = JSON.stringify(envelope);
  switch (provider) {
    case 'openai_compatible': {
      const called = call && { name: call.name, arguments: JSON.stringify(call.input) };
      const tool_calls = called && [{ id: 'call_1', type: 'function', function: called }];
      return {
        model: 'conformance-model',
        choices: [
          { finish_reason: call ? 'tool_calls' : 'stop', message: { content: text, tool_calls } },
        ],
      };
    }
    case 'messages_compatible':
      return {
        type: 'message',
        model: 'conformance-model',
        stop_reason: call ? 'tool_use' : 'end_turn',
        content: [
          { type: 'text', text },
          ...(call ? [{ type: 'tool_use', id: 'use_1', ...call }] : []),
        ],
      };
  }
}
