/** Servers for the tests of this folder: each is closed when its test ends. */
import { onTestFinished } from 'vitest';
import {
  startModelServer,
  type ModelServer,
  type ModelServerOptions,
} from '../../../src/testing/index.ts';

export const API_KEY = 'test-key';
export const CHAT = '/v1/chat/completions';
export const MESSAGES = '/v1/messages';

/** Starts a server that takes only `API_KEY`, for one test. */
export async function serve(
  answers: ModelServerOptions['answers'],
  options: Partial<ModelServerOptions> = {},
): Promise<ModelServer> {
  const server = await startModelServer({ answers, api_key: API_KEY, ...options });
  onTestFinished(() => server.close());
  return server;
}

/** Headers that the real APIs would take, for both of them at once. */
export const HEADERS: Readonly<Record<string, string>> = {
  'content-type': 'application/json',
  authorization: `Bearer ${API_KEY}`,
  'x-api-key': API_KEY,
  'anthropic-version': '2023-06-01',
};

/** Sends a body as it is (text) or as JSON. */
export function post(
  server: ModelServer,
  path: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = HEADERS,
): Promise<Response> {
  return fetch(server.url + path, {
    method: 'POST',
    headers,
    body: typeof body === 'string' ? body : JSON.stringify(body),
    redirect: 'manual',
  });
}

/** The smallest body that each API takes. */
export const SMALLEST: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  [CHAT]: { model: 'm', messages: [{ role: 'user', content: 'Hello' }] },
  [MESSAGES]: { model: 'm', max_tokens: 100, messages: [{ role: 'user', content: 'Hello' }] },
};
