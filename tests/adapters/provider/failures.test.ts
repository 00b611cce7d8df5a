/** What goes wrong at a provider: its codes, its limits, and no credential anywhere. */
import { describe, expect, test } from 'vitest';
import { createProviderAdapter } from '../../../adapters/provider/index.ts';
import { API_KEY, BASE_URL, scriptedProvider, turnRequest, type Reply } from './harness.ts';

describe('codes', () => {
  const rows: readonly (readonly [reply: Reply, code: string, details: object])[] = [
    [
      { status: 401, file: 'openai_compatible/error-401.json' },
      'PROVIDER_AUTHENTICATION_FAILED',
      { provider_code: 'invalid_api_key' },
    ],
    [
      { status: 403, body: { error: 'forbidden' } },
      'PROVIDER_HTTP_ERROR',
      { provider_message: 'forbidden' },
    ],
    [{ status: 404, body: 'not found' }, 'PROVIDER_HTTP_ERROR', {}],
    [
      { status: 429, file: 'openai_compatible/error-429.json' },
      'PROVIDER_RATE_LIMITED',
      { provider_code: 'rate_limit_exceeded' },
    ],
    [{ status: 500, file: 'captive-portal.html' }, 'PROVIDER_HTTP_ERROR', {}],
    [{ status: 307, headers: { location: 'http://elsewhere/' } }, 'PROVIDER_HTTP_ERROR', {}],
  ];
  test.each(rows)('$status$file is %s', async (reply, code, details) => {
    const { run } = scriptedProvider('openai_compatible', [reply]);
    const { error, metadata } = await run();
    expect(error).toMatchObject({
      code,
      details: {
        provider_kind: 'openai_compatible',
        response_status: reply.status,
        request_url: 'https://model-provider.invalid/v1/chat/completions',
        ...details,
      },
    });
    expect(metadata).toMatchObject({
      provider_kind: 'openai_compatible',
      provider_call_count: 1,
      response_status: reply.status,
      configured_base_url: BASE_URL,
    });
  });

  test.each([
    [401, 'error-401.json', 'PROVIDER_AUTHENTICATION_FAILED', 'authentication_error'],
    [429, 'error-429.json', 'PROVIDER_RATE_LIMITED', 'rate_limit_error'],
    [529, 'error-529.json', 'PROVIDER_HTTP_ERROR', 'overloaded_error'],
  ])('messages_compatible %i is %s', async (status, file, code, provider_code) => {
    const { run } = scriptedProvider('messages_compatible', [
      { status, file: `messages_compatible/${file}` },
    ]);
    expect((await run()).error).toMatchObject({ code, details: { provider_code } });
  });

  test('a connection that breaks before the answer', async () => {
    const { run } = scriptedProvider('openai_compatible', [{ error: new Error('reset by peer') }]);
    const { error, metadata } = await run();
    expect(error).toMatchObject({
      code: 'PROVIDER_TRANSPORT_ERROR',
      message: 'Model profile operations: the connection failed: reset by peer',
    });
    expect(metadata).not.toHaveProperty('response_status');
  });

  test.each([
    ['a status as its code', { code: 429, message: 'slow down' }, 'PROVIDER_RATE_LIMITED'],
    ['a name of the vendor', { type: 'authentication_error' }, 'PROVIDER_AUTHENTICATION_FAILED'],
    ['a name of nobody', { code: 'constructor' }, 'PROVIDER_HTTP_ERROR'],
  ])('an error in a body that is ok, with %s', async (_, error, code) => {
    const { run } = scriptedProvider('openai_compatible', [{ body: { error } }]);
    expect((await run()).error).toMatchObject({ code });
  });

  test.each(['vertex', '__proto__', 'constructor'])('%s is PROVIDER_UNSUPPORTED', async (kind) => {
    const { run, calls } = scriptedProvider('openai_compatible', []);
    const provider = kind as 'openai_compatible';
    const output = await run(turnRequest(provider));
    expect(output).toMatchObject({
      success: false,
      error: { code: 'PROVIDER_UNSUPPORTED' },
      metadata: { provider_call_count: 0 },
    });
    expect(calls()).toEqual([]);
  });

  test.each(['', 'ftp://host/', `https://${API_KEY}@host/`])(
    'a base_url like %o is CONFIGURATION_ERROR',
    async (base_url) => {
      const { run } = scriptedProvider('openai_compatible', []);
      const output = await run(turnRequest('openai_compatible', { profile: { base_url } }));
      expect(output.error).toMatchObject({ code: 'CONFIGURATION_ERROR' });
      expect(output.error?.message).not.toContain(API_KEY);
    },
  );
});

describe('limits of what is read', () => {
  const small = { profile: { response_bytes_max: 300 } };

  test.each([
    ['reply.json', false],
    ['reply.sse', true],
  ])('%s larger than response_bytes_max is malformed', async (file, stream) => {
    const { run } = scriptedProvider('openai_compatible', [{ file: `openai_compatible/${file}` }]);
    const { error } = await run(turnRequest('openai_compatible', { ...small, stream }));
    expect(error).toMatchObject({
      code: 'PROVIDER_MALFORMED_RESPONSE',
      details: { response_bytes_max: 300 },
    });
  });

  test('an error with an endless body is told by its status', async () => {
    const { run } = scriptedProvider('openai_compatible', [
      { status: 401, body: 'x'.repeat(100_000) },
    ]);
    expect((await run()).error).toMatchObject({ code: 'PROVIDER_AUTHENTICATION_FAILED' });
  });
});

describe('the credential', () => {
  test.each<[why: string, reply: Reply]>([
    ['in an error', { status: 401, file: 'openai_compatible/error-401.json' }],
    ['in the code of an error', { status: 400, body: { error: { code: API_KEY } } }],
    ['in nonsense', { body: `${'x'.repeat(490)}${API_KEY}` }],
    ['in a broken connection', { error: new Error(`no route for ${API_KEY}`) }],
    ['in a refusal', { body: { choices: [{ message: { refusal: `I know ${API_KEY}` } }] } }],
  ])('%s is not passed on', async (_, reply) => {
    const { run } = scriptedProvider('openai_compatible', [reply]);
    const output = JSON.stringify(await run());
    expect(output).not.toContain(API_KEY.slice(0, 10));
    expect(output).toContain('[redacted]');
  });

  test('in the query of the base URL is not told', async () => {
    const base_url = `ftp://host/?key=${API_KEY}`;
    const { run } = scriptedProvider('openai_compatible', []);
    const output = await run(turnRequest('openai_compatible', { profile: { base_url } }));
    expect(JSON.stringify(output)).not.toContain(API_KEY);
  });
});

describe('an agent of its own', () => {
  const seams = { clock: { now: () => 0 }, random: () => 0, sleep: () => Promise.resolve() };
  const options = { signal: new AbortController().signal, onProgress: () => undefined };

  test('a credential that no header can carry is a failure, not a crash', async () => {
    const adapter = createProviderAdapter(seams);
    const profile = { api_key: 'a\nb', base_url: 'http://127.0.0.1:1/', retries_max: 3 };
    const output = await adapter.executeTurn(
      turnRequest('openai_compatible', { profile }),
      options,
    );
    expect(output).toMatchObject({
      error: { code: 'PROVIDER_TRANSPORT_ERROR' },
      metadata: { provider_call_count: 1 },
    });
    await adapter.close();
  });

  test('is closed with the adapter', async () => {
    const adapter = createProviderAdapter(seams);
    await adapter.close();
    const output = await adapter.executeTurn(turnRequest('openai_compatible'), options);
    expect(output.error).toMatchObject({ code: 'PROVIDER_TRANSPORT_ERROR' });
  });
});
