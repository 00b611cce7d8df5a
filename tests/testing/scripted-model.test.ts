/** A script answers in order, and says loudly what did not fit. */
import { describe, expect, test } from 'vitest';
import type { ToolOutput, TurnOutput, TurnProgress, TurnRequest } from '../../kernel/index.ts';
import { turnOutput } from '../../kernel/index.ts';
import { ScriptError, scriptedModel, type ScriptedLine } from '../../src/testing/index.ts';

const request: TurnRequest = {
  profile: {
    name: 'default',
    provider: 'openai_compatible',
    model: 'm',
    api_key: 'k',
    base_url: 'http://127.0.0.1',
    timeout_ms: 1000,
    max_output_tokens: 100,
    retries_max: 0,
    response_bytes_max: 1000,
  },
  messages: [{ role: 'user', content: 'Hello' }],
  tools: [],
  intents: [],
  stream: false,
  idempotency_key: 's/turn/0',
};

const ask = (
  model: ReturnType<typeof scriptedModel>,
  signal: AbortSignal = new AbortController().signal,
  onProgress: (progress: TurnProgress) => void = () => undefined,
): Promise<ToolOutput<TurnOutput>> => model.executeTurn(request, { signal, onProgress });

const PROVIDER = { kind: 'scripted', model: 'scripted' };

describe('a line becomes a turn', () => {
  test.each<[string, ScriptedLine, Partial<TurnOutput>]>([
    ['reply', { reply: 'Hi' }, { status: 'reply', assistant_message: 'Hi', finish_reason: 'stop' }],
    ['complete', { complete: 'Done' }, { status: 'complete', assistant_message: 'Done' }],
    ['escalate', { escalate: 'Help' }, { status: 'escalate', assistant_message: 'Help' }],
    [
      'tool',
      { tool: 'a:b', input: { x: 1 }, say: 'Doing it' },
      {
        status: 'tool_request',
        assistant_message: 'Doing it',
        requested_tool: { name: 'a:b', input: { x: 1 } },
        finish_reason: 'tool_calls',
      },
    ],
    ['tool without input', { tool: 'a:b' }, { requested_tool: { name: 'a:b', input: {} } }],
    [
      'tools',
      { tools: [{ tool: 'a:b', input: { x: 1 } }, { tool: 'c:d' }] },
      {
        requested_tool: { name: 'a:b', input: { x: 1 } },
        requested_tools: [
          { name: 'a:b', input: { x: 1 } },
          { name: 'c:d', input: {} },
        ],
      },
    ],
    [
      'everything that may be added',
      { reply: 'Hi', intent: 'greeting', usage: { input_tokens: 3 }, finish_reason: 'length' },
      { intent: 'greeting', usage: { input_tokens: 3 }, finish_reason: 'length' },
    ],
  ])('%s', async (_, line, expected) => {
    const model = scriptedModel([line]);
    const { success, data } = await ask(model);
    expect(success).toBe(true);
    expect(data).toMatchObject({ intent: 'general', provider: PROVIDER, ...expected });
    expect(turnOutput.safeParse(data).error).toBeUndefined();
    model.assertDone();
  });

  test('one tool is no list of tools', async () => {
    const { data } = await ask(scriptedModel([{ tools: [{ tool: 'a:b' }] }]));
    expect(data).not.toHaveProperty('requested_tools');
  });

  test('a failure is a value', async () => {
    const error = { code: 'PROVIDER_TIMEOUT', message: 'too slow' };
    expect(await ask(scriptedModel([{ fail: error }]))).toEqual({ success: false, error });
  });
});

test('lines may be functions of the request, and wait', async () => {
  const model = scriptedModel([
    ({ messages }) => ({ reply: `You said ${messages[0]?.content}` }),
    async () => ({ complete: 'Done' }),
  ]);
  expect((await ask(model)).data?.assistant_message).toBe('You said Hello');
  expect((await ask(model)).data?.status).toBe('complete');
  model.assertDone();
});

test('one function answers for ever', async () => {
  const model = scriptedModel(() => ({ reply: 'again' }));
  model.assertDone();
  await ask(model);
  await ask(model);
  expect(model.calls).toHaveLength(2);
  model.assertDone();
});

test('progress is reported in order, before the turn ends', async () => {
  const seen: string[] = [];
  const model = scriptedModel([{ reply: 'Hello', progress: ['He', 'Hello'] }]);
  await ask(model, undefined, ({ assistant_message, provider }) => {
    expect(provider).toEqual(PROVIDER);
    seen.push(assistant_message);
  });
  expect(seen).toEqual(['He', 'Hello']);
});

describe('a turn that hangs', () => {
  const canceled = { success: false, error: { code: 'OPERATION_CANCELED' } };

  test('ends with its signal', async () => {
    const controller = new AbortController();
    const turn = ask(scriptedModel([{ hang: true }]), controller.signal);
    controller.abort();
    expect(await turn).toMatchObject(canceled);
  });

  test('ends at once where the signal came first', async () => {
    expect(await ask(scriptedModel([{ hang: true }]), AbortSignal.abort())).toMatchObject(canceled);
  });
});

describe('what does not fit is told', () => {
  test('an unexpected call rejects, is kept as a call, and fails assertDone', async () => {
    const model = scriptedModel([{ reply: 'only' }]);
    await ask(model);
    await expect(ask(model)).rejects.toThrow(
      'scripted model: unexpected call 2, the script ends after 1',
    );
    expect(model.calls).toHaveLength(2);
    expect(() => model.assertDone()).toThrow(ScriptError);
  });

  test('lines that were not used are named', async () => {
    const model = scriptedModel([
      { reply: 'one' },
      { tool: 'a:b', say: 'x'.repeat(100) },
      () => ({ reply: 'three' }),
    ]);
    await ask(model);
    expect(() => model.assertDone()).toThrow(
      `scripted model: 2 of 3 lines not used: 2. {"tool":"a:b","say":"${'x'.repeat(59)}…, ` +
        '3. a function',
    );
  });

  test('a failed expectation rejects and fails assertDone with its cause', async () => {
    const model = scriptedModel([
      {
        reply: 'Hi',
        expect: ({ tools }) => {
          if (tools.length === 0) throw new Error('no tools were offered');
        },
      },
    ]);
    await expect(ask(model)).rejects.toThrow('no tools were offered');
    expect(() => model.assertDone()).toThrow('scripted model: no tools were offered');
  });

  test('an expectation that holds changes nothing', async () => {
    const model = scriptedModel([{ reply: 'Hi', expect: (seen) => expect(seen).toBe(request) }]);
    await ask(model);
    model.assertDone();
  });

  test('something thrown that is no error is told as well', async () => {
    const model = scriptedModel(() => {
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- what is tested
      throw 'a bare string';
    });
    await expect(ask(model)).rejects.toThrow('a bare string');
    expect(() => model.assertDone()).toThrow('a bare string');
  });
});
