/** Door `troupe/adapters`: the stores, the model providers, and the system the process runs on. */

// Stores
export { copyStore } from './store/copy.ts';
export { openLevelStore } from './store/level.ts';
export { memoryStore } from './store/memory.ts';
export { openSharedStore } from './store/shared.ts';
export { faultyStore, type Fault, type FaultyStore } from './store/faulty.ts';
export {
  storeConformance,
  type StoreCapabilities,
  type StoreCase,
  type StoreSubject,
} from './store/conformance.ts';

// The system
export { systemAlarm } from './system/alarm.ts';
export { systemClock } from './system/clock.ts';
export { systemEnvironment } from './system/environment.ts';
export { isSamePlace, isThere, readFileIfThere, replaceFile } from './system/files.ts';
export { systemPaths } from './system/paths.ts';
export { systemIds } from './system/ids.ts';
export { systemRandom } from './system/random.ts';
export { importModule } from './system/modules.ts';
export { sleep } from './system/sleep.ts';
export { stay } from './system/stay.ts';

// Model providers
export {
  allowlistEntryOf,
  createProviderAdapter,
  endpointOf,
  INTENT_PROPERTY,
  REPLY_TOOL,
  runProviderAdapterConformanceHarness,
  sameEndpoint,
  throttled,
  UNSTATED_INTENT,
  type ConformanceOptions,
  type ConformanceResult,
  type ConformanceScenario,
  type ProviderAdapter,
  type ProviderAdapterOptions,
  type ProviderKind,
  type ThrottleLimits,
} from './provider/index.ts';

// Evidence keys
export { generateKey, signerOf, verifierOf } from './keys/ed25519.ts';
export {
  makeEvidenceKey,
  readEvidenceKeys,
  readPublicKey,
  readTrustedKeys,
  type EvidenceKeys,
  type KeptKey,
} from './keys/folder.ts';

// The network of tools
export { systemResolve, type Resolve } from './network/admission.ts';
export { openFilteredNetwork, type FilteredNetwork } from './network/filtered-network.ts';
export { scopedFetch } from './network/scoped-fetch.ts';

// The sandbox
export { openSandbox, type ProbedSandbox, type SandboxOptions } from './sandbox/create-sandbox.ts';
export type { Confinement } from './sandbox/probe.ts';

// Packs
export { packIntegrity } from './packs/integrity.ts';
export type { CommandHome } from './packs/command.ts';
export { copyPack, inScratchFolder, moveIntoPlace } from './packs/staging.ts';
export {
  fetchGitPack,
  fetchRegistryPack,
  resolveGitCommit,
  type GitPack,
  type RegistryPack,
} from './packs/fetch.ts';
