/** workspace.yaml: its schema, how it is read, and what follows from it. */
export {
  workspaceConfig,
  workspaceJsonSchema,
  type Lane,
  type PackPin,
  type PackSections,
  type WorkspaceConfig,
} from './schema.ts';
export {
  agentRuntimeConfig,
  intent,
  modelProfile,
  type AgentRuntimeConfig,
  type Intent,
  type ModelProfile,
} from './agent-runtime.ts';
export { CONFIG_BYTES_MAX } from './document.ts';
export { configHash, parseWorkspace, type ParsedWorkspace } from './parse.ts';
export { parseManifest, schemaOf, type PackManifest, type PackTool } from './manifest.ts';
export { formatProblem, type Problem } from './problems.ts';
export { didYouMean } from './wording.ts';
export {
  loadManifest,
  loadPins,
  loadPolicyCases,
  loadWorkspace,
  type LoadedPins,
  type LoadedWorkspace,
  type ReadSections,
} from './load.ts';
export { withPin } from './pins.ts';
export type { PolicyCase } from './policy-cases.ts';
export {
  networkAllowlist,
  profilePrices,
  requiredEnv,
  resolveProfile,
  type Environment,
  type ProfilePrices,
} from './resolve.ts';
export { configuredLane, configuredLayers } from './policy-layers.ts';
export {
  createAgentRuntimeCapabilityFactory,
  type CapabilityAugmentation,
  type CapabilityFactoryInput,
} from './capability-factory.ts';
