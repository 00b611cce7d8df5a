/** What both APIs refuse before they look into a body, each in its own words. */
import { describe, expect, onTestFinished, test } from 'vitest';
import { startModelServer } from '../../../src/testing/index.ts';
import { CHAT, HEADERS, MESSAGES, post, serve, SMALLEST } from './servers.ts';

const without = (...names: string[]): Record<string, string> =>
  Object.fromEntries(Object.entries(HEADERS).filter(([name]) => !names.includes(name)));

type Row = readonly [
  what: string,
  path: string,
  body: unknown,
  headers: Readonly<Record<string, string>>,
  status: number,
  message: string,
];

const TYPED = { ...without('content-type'), 'content-type': 'text/plain' };
const BEARER_ONLY = without('x-api-key');
const LARGE = ' '.repeat(1001);

const ROWS: readonly Row[] = [
  ['no bearer token', CHAT, SMALLEST[CHAT], without('authorization'), 401, "didn't provide an API"],
  [
    'another scheme',
    CHAT,
    SMALLEST[CHAT],
    { ...HEADERS, authorization: 'Basic test-key' },
    401,
    "didn't provide an API",
  ],
  [
    'a wrong bearer token',
    CHAT,
    SMALLEST[CHAT],
    { ...HEADERS, authorization: 'Bearer wrong' },
    401,
    'Incorrect API key',
  ],
  ['no API key', MESSAGES, SMALLEST[MESSAGES], BEARER_ONLY, 401, 'x-api-key header is required'],
  [
    'a wrong API key',
    MESSAGES,
    SMALLEST[MESSAGES],
    { ...HEADERS, 'x-api-key': 'wrong' },
    401,
    'invalid x-api-key',
  ],
  [
    'a wrong bearer token in the version that takes one',
    MESSAGES,
    SMALLEST[MESSAGES],
    { ...BEARER_ONLY, authorization: 'Bearer wrong', 'anthropic-version': '2026-10-21' },
    401,
    'invalid x-api-key',
  ],
  [
    'no version',
    MESSAGES,
    SMALLEST[MESSAGES],
    without('anthropic-version'),
    400,
    'anthropic-version: header is required',
  ],
  [
    'an unknown version',
    MESSAGES,
    SMALLEST[MESSAGES],
    { ...HEADERS, 'anthropic-version': '1999-01-01' },
    400,
    'anthropic-version: "1999-01-01" is not a valid version',
  ],
  ['text', CHAT, SMALLEST[CHAT], TYPED, 400, "Unsupported content type: 'text/plain'"],
  ['text', MESSAGES, SMALLEST[MESSAGES], TYPED, 400, 'content-type'],
  ['no JSON', CHAT, '{"model":', HEADERS, 400, 'could not parse the JSON body'],
  ['no JSON', MESSAGES, '{"model":', HEADERS, 400, 'not valid JSON'],
  ['no object', CHAT, '[]', HEADERS, 400, 'expected an object, but got an array'],
  ['no object', MESSAGES, 'null', HEADERS, 400, 'Input should be a valid dictionary'],
  ['too much', CHAT, LARGE, HEADERS, 413, 'larger than 1000 bytes'],
  ['too much', MESSAGES, LARGE, HEADERS, 413, 'Request exceeds the maximum size'],
];

test.each(ROWS)('%s for %s', async (_, path, body, headers, status, message) => {
  const server = await serve([], { request_bytes_max: 1000 });
  const response = await post(server, path, body, headers);
  expect(response.status).toBe(status);
  const { error } = (await response.json()) as { error: { message: string } };
  expect(error.message).toContain(message);
  expect(server.requests[0]).toMatchObject({ path, refusal: { status } });
  expect(server.requests[0]?.served).toBeUndefined();
  server.assertDone();
});

describe.each([
  [CHAT, ['error']],
  [MESSAGES, ['error', 'request_id', 'type']],
])('%s', (path, keys) => {
  test('takes nothing but POST', async () => {
    const server = await serve([]);
    const response = await fetch(server.url + path, { headers: HEADERS });
    expect(response.status).toBe(405);
    expect(Object.keys((await response.json()) as object).sort()).toEqual(keys);
  });

  test('names the request in a header', async () => {
    const server = await serve([{ text: 'Hi' }]);
    const header = path === CHAT ? 'x-request-id' : 'request-id';
    const answered = await post(server, path, SMALLEST[path]);
    const refused = await post(server, path, {});
    expect(answered.headers.get(header)).toMatch(/^req-/);
    expect(refused.headers.get(header)).not.toBe(answered.headers.get(header));
  });

  test('takes any key where none is named', async () => {
    const server = await serve([{ text: 'Hi' }]);
    const open = await startModelServer({ answers: [{ text: 'Hi' }] });
    onTestFinished(() => open.close());
    const headers = { ...HEADERS, authorization: 'Bearer other', 'x-api-key': 'other' };
    expect((await post(server, path, SMALLEST[path], headers)).status).toBe(401);
    expect((await post(open, path, SMALLEST[path], headers)).status).toBe(200);
  });
});

test('another path is not found', async () => {
  const server = await serve([]);
  const response = await post(server, '/v1/completions', {});
  expect(response.status).toBe(404);
  expect(await response.text()).toContain('Invalid URL (POST /v1/completions)');
});

test('a query does not change the path', async () => {
  const server = await serve([{ text: 'Hi' }]);
  expect((await post(server, `${MESSAGES}?beta=true`, SMALLEST[MESSAGES])).status).toBe(200);
});
