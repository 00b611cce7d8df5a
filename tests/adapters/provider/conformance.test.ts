/** The conformance harness: our adapter passes it, and one that is wrong does not. */
import { expect, test } from 'vitest';
import {
  createProviderAdapter,
  runProviderAdapterConformanceHarness,
} from '../../../adapters/provider/index.ts';
import { KINDS } from './harness.ts';

test('T9 four scenarios, all passed, for the first wire format', async () => {
  const results = await runProviderAdapterConformanceHarness();
  expect(results).toMatchObject([
    {
      scenario: 'success',
      passed: true,
      normalized_output: { provider: { kind: 'openai_compatible' } },
    },
    { scenario: 'tool_request_shaping', passed: true },
    {
      scenario: 'malformed_response',
      passed: true,
      normalized_error: { code: 'PROVIDER_MALFORMED_RESPONSE' },
    },
    {
      scenario: 'normalized_error',
      passed: true,
      normalized_error: { code: 'PROVIDER_RATE_LIMITED' },
    },
  ]);
});

test.each(KINDS)('%s passes', async (provider) => {
  const results = await runProviderAdapterConformanceHarness({ provider });
  expect(results.map(({ passed }) => passed)).toEqual([true, true, true, true]);
});

test('an adapter that calls every answer a success fails where it should', async () => {
  const results = await runProviderAdapterConformanceHarness({
    createAdapter: (options) => ({
      executeTurn: async (request, turn) => {
        const output = await createProviderAdapter(options).executeTurn(request, turn);
        return { ...output, success: true, error: undefined };
      },
    }),
  });
  expect(results.map(({ passed }) => passed)).toEqual([true, true, false, false]);
});
