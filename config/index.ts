/** workspace.yaml: its schema, how it is read, and what follows from it. */
export { workspaceConfig, workspaceJsonSchema, type Lane, type WorkspaceConfig } from './schema.ts';
export {
  agentRuntimeConfig,
  intent,
  modelProfile,
  type AgentRuntimeConfig,
  type Intent,
  type ModelProfile,
} from './agent-runtime.ts';
export { CONFIG_BYTES_MAX, configHash, parseWorkspace, type ParsedWorkspace } from './parse.ts';
export { formatProblem, type Problem } from './problems.ts';
export { loadWorkspace, type LoadedWorkspace } from './load.ts';
export {
  networkAllowlist,
  profilePrices,
  requiredEnv,
  resolveProfile,
  type Environment,
  type ProfilePrices,
} from './resolve.ts';
export { configuredLayers } from './policy-layers.ts';
export {
  createAgentRuntimeCapabilityFactory,
  type CapabilityAugmentation,
  type CapabilityFactoryInput,
} from './capability-factory.ts';
