/** The door of the provider adapters: model turns over HTTP, in the two wire formats. */
export {
  createProviderAdapter,
  type ProviderAdapter,
  type ProviderAdapterOptions,
} from './create-provider-adapter.ts';
export { throttled, type ThrottleLimits } from './throttle.ts';
export { allowlistEntryOf, endpointOf, sameEndpoint } from './endpoint.ts';
export {
  runProviderAdapterConformanceHarness,
  type ConformanceOptions,
  type ConformanceResult,
  type ConformanceScenario,
} from './conformance.ts';
export type { ProviderKind } from './dialect.ts';
export { INTENT_PROPERTY, REPLY_TOOL } from './shared/instruction.ts';
export { UNSTATED_INTENT } from './shared/normalize.ts';
