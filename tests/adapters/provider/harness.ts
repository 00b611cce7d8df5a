/** A profile, a request, and a provider without a network, for tests of the provider adapters. */
import { readFileSync } from 'node:fs';
import { MockAgent } from 'undici';
import { onTestFinished } from 'vitest';
import { createProviderAdapter, endpointOf } from '../../../adapters/provider/index.ts';
import type { ProviderKind } from '../../../adapters/provider/index.ts';
import type { ResolvedProfile, TurnProgress, TurnRequest } from '../../../kernel/index.ts';

export const API_KEY = 'test-credential-1234';
export const BASE_URL = 'https://model-provider.invalid/';
export const KINDS = ['openai_compatible', 'messages_compatible'] as const;

/** Two offered tools; the second has no schema. */
export const TOOLS: TurnRequest['tools'] = [
  {
    name: 'calendar:create-event',
    description: 'Creates an event.',
    input_schema: {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      properties: { title: { type: 'string' }, start: { type: 'string' } },
      required: ['title'],
      additionalProperties: false,
    },
  },
  { name: 'email:send', description: 'Sends an e-mail.' },
];

export const INTENTS: TurnRequest['intents'] = [
  { id: 'scheduling', description: 'Plans time.' },
  { id: 'notifications', description: 'Tells people.' },
];

export function profileOf(
  provider: ProviderKind,
  changes: Partial<ResolvedProfile> = {},
): ResolvedProfile {
  return {
    name: 'operations',
    provider,
    model: 'configured-model',
    api_key: API_KEY,
    base_url: BASE_URL,
    timeout_ms: 20_000,
    max_output_tokens: 2_048,
    retries_max: 0,
    response_bytes_max: 1_000_000,
    ...changes,
  };
}

export type RequestChanges = Partial<Omit<TurnRequest, 'profile'>> & {
  readonly profile?: Partial<ResolvedProfile>;
};

export function turnRequest(provider: ProviderKind, changes: RequestChanges = {}): TurnRequest {
  return {
    messages: [{ role: 'user', content: 'Plan my week' }],
    tools: TOOLS,
    intents: INTENTS,
    stream: false,
    idempotency_key: 's1/turn/0',
    ...changes,
    profile: profileOf(provider, changes.profile),
  };
}

/** The text of a file below `fixtures/provider`. */
export function fixture(path: string): string {
  return readFileSync(new URL(`../../../fixtures/provider/${path}`, import.meta.url), 'utf8');
}

export interface Reply {
  readonly status?: number;
  /** A path below `fixtures/provider`; its ending gives the content type. */
  readonly file?: string;
  readonly body?: string | object;
  readonly headers?: Record<string, string>;
  readonly error?: Error;
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  json: 'application/json',
  sse: 'text/event-stream; charset=utf-8',
  html: 'text/html; charset=utf-8',
};

/**
 * An adapter whose provider gives these replies, one per attempt. A request that no reply is left
 * for fails, and so does the test when a reply was not asked for.
 */
export function scriptedProvider(
  provider: ProviderKind,
  replies: readonly Reply[],
  onSleep: () => void = () => undefined,
) {
  const agent = new MockAgent({ enableCallHistory: true });
  agent.disableNetConnect();
  onTestFinished(() => agent.close());
  const { origin, pathname } = new URL(endpointOf(provider, BASE_URL) ?? '');
  for (const { status = 200, file, body, headers, error } of replies) {
    const interceptor = agent.get(origin).intercept({ method: 'POST', path: pathname });
    const type = CONTENT_TYPES[file?.split('.').at(-1) ?? 'json'] ?? '';
    if (error) interceptor.replyWithError(error);
    else {
      interceptor.reply(status, file === undefined ? textOf(body) : fixture(file), {
        headers: { 'content-type': type, ...headers },
      });
    }
  }
  const sleeps: number[] = [];
  const progress: TurnProgress[] = [];
  const adapter = createProviderAdapter({
    clock: { now: () => Date.parse('2026-11-21T10:00:00Z') },
    random: () => 0.5,
    sleep: (ms) => {
      sleeps.push(ms);
      onSleep();
      return Promise.resolve();
    },
    dispatcher: agent,
  });
  return {
    sleeps,
    progress,
    calls: () => agent.getCallHistory()?.calls() ?? [],
    run: async (request = turnRequest(provider), signal = new AbortController().signal) => {
      const onProgress = (told: TurnProgress) => void progress.push(told);
      const output = await adapter.executeTurn(request, { signal, onProgress });
      agent.assertNoPendingInterceptors();
      return output;
    },
  };
}

function textOf(body: Reply['body']): string {
  return typeof body === 'string' ? body : JSON.stringify(body ?? {});
}
