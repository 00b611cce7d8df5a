/** Our own provider adapters read a rendered turn as the turn that it was. */
import { describe, expect, test } from 'vitest';
import { createProviderAdapter } from '../../../adapters/index.ts';
import type { ToolOutput, TurnOutput, TurnRequest } from '../../../kernel/index.ts';
import { modelTurn, type ModelServer, type ModelTurn } from '../../../src/testing/index.ts';
import { API_KEY, CHAT, post, serve, SMALLEST } from './servers.ts';

const TOOLS = ['calendar:create-event', 'calendar:read.all:v2', 'send_mail'];

const requestOf = (
  { url }: ModelServer,
  provider: TurnRequest['profile']['provider'],
  stream: boolean,
): TurnRequest => ({
  profile: {
    name: 'default',
    provider,
    model: 'm',
    api_key: API_KEY,
    base_url: url,
    timeout_ms: 20_000,
    max_output_tokens: 1000,
    retries_max: 0,
    response_bytes_max: 100_000,
  },
  messages: [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'Plan a lunch.' },
  ],
  tools: TOOLS.map((name) => ({
    name,
    description: `Runs ${name}.`,
    input_schema: { type: 'object', properties: { title: { type: 'string' } } },
  })),
  intents: [{ id: 'scheduling', description: 'Plans time.' }],
  stream,
  idempotency_key: 's/turn/0',
});

async function turnOf(
  server: ModelServer,
  provider: TurnRequest['profile']['provider'],
  stream: boolean,
): Promise<ToolOutput<TurnOutput>> {
  const adapter = createProviderAdapter({
    clock: { now: () => 0 },
    random: () => 0,
    sleep: () => Promise.resolve(),
  });
  try {
    const { signal } = new AbortController();
    const options = { signal, onProgress: () => undefined };
    return await adapter.executeTurn(requestOf(server, provider, stream), options);
  } finally {
    await adapter.close();
  }
}

const intent = 'scheduling';
const lunch = (name: string) => ({ name, input: { title: 'Lunch' } });

const TURNS: readonly (readonly [what: string, turn: ModelTurn, expected: Partial<TurnOutput>])[] =
  [
    [
      'a reply',
      { intent, assistant_message: 'When?' },
      { status: 'reply', assistant_message: 'When?' },
    ],
    ['silence', { intent }, { status: 'reply', assistant_message: '' }],
    [
      'an end',
      { status: 'complete', intent, assistant_message: 'Done.' },
      { status: 'complete', assistant_message: 'Done.' },
    ],
    [
      'an escalation',
      { status: 'escalate', intent, assistant_message: 'Help.' },
      { status: 'escalate', assistant_message: 'Help.' },
    ],
    ...TOOLS.map(
      (name) =>
        [
          `the tool ${name}`,
          { intent, assistant_message: 'Well.', tools: [lunch(name)] },
          {
            status: 'tool_request',
            assistant_message: 'Well.',
            requested_tool: lunch(name),
          },
        ] as const,
    ),
    [
      'several tools',
      { intent, tools: [lunch('send_mail'), lunch('calendar:create-event')] },
      { requested_tools: [lunch('send_mail'), lunch('calendar:create-event')] },
    ],
    [
      'a tool that was not offered',
      { intent, tools: [lunch('made:up')] },
      { requested_tool: lunch('made:up') },
    ],
  ];

describe.each([
  ['openai_compatible', false],
  ['openai_compatible', true],
  ['messages_compatible', false],
  ['messages_compatible', true],
] as const)('%s, stream: %s', (provider, stream) => {
  test.each(TURNS)('%s', async (_, turn, expected) => {
    const server = await serve([(request) => modelTurn(turn, request)]);
    const { error, data } = await turnOf(server, provider, stream);
    expect(error).toBeUndefined();
    expect(data).toMatchObject({ intent, ...expected });
    server.assertDone();
  });
});

test('a tool of the host that is named as the reply tool is none', async () => {
  const server = await serve([(request) => modelTurn({ intent, status: 'complete' }, request)]);
  const parameters = { type: 'object', properties: { words: { type: 'string' } } };
  const response = await post(server, CHAT, {
    ...SMALLEST[CHAT],
    tools: [{ type: 'function', function: { name: 'respond', parameters } }],
  });
  expect(await response.json()).toMatchObject({
    choices: [
      {
        message: { content: '{"status":"complete","intent":"scheduling","assistant_message":""}' },
      },
    ],
  });
});
