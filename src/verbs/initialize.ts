/** `initializeKernelRuntime`: a runtime by the option names of the earlier system. */
import { join } from 'node:path';
import { RuntimeError, validatePolicyRules } from '../../kernel/index.ts';
import type { PolicyLayer, ToolCapability } from '../../kernel/index.ts';
import { systemEnvironment } from '../../adapters/index.ts';
import {
  createAgentRuntimeCapabilityFactory as capabilityFactory,
  type CapabilityAugmentation,
  type CapabilityFactoryInput,
} from '../../config/index.ts';
import { createRuntime } from '../runtime/create-runtime.ts';
import { readOptions } from '../runtime/read-options.ts';
import type { RuntimeOptions } from '../runtime/options.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { clockOf, kernelRuntimeOptions } from './options.ts';

export interface KernelRuntimeOptions extends Pick<
  RuntimeOptions,
  'lane' | 'store' | 'model' | 'models' | 'recover' | 'inspect' | 'system'
> {
  /** The folder with the workspace file. */
  readonly workspaceRoot: string;
  /** Default `workspace.yaml`. */
  readonly workspaceFileName?: string;
  /** Replaces `workspaceFileName` where the file is somewhere else. */
  readonly workspaceFilePath?: string;
  /** Tools of the host, beside those that the workspace names. */
  readonly tools?: readonly ToolCapability[];
  /** Replaces every layer that the workspace and its intents would give. */
  readonly policyLayers?: readonly PolicyLayer[];
  /** The present instant as ISO 8601. */
  readonly now?: () => string;
}

const KNOWN: readonly string[] = [
  ...['workspaceRoot', 'workspaceFileName', 'workspaceFilePath', 'tools', 'policyLayers', 'now'],
  ...['lane', 'store', 'model', 'models', 'recover', 'inspect', 'system'],
];

/**
 * Boots a runtime for a workspace folder.
 * @throws RuntimeError INVALID_INPUT, CONFIGURATION_ERROR for an option of the earlier kernel that
 * has no place here, and whatever `createRuntime` throws.
 */
export async function initializeKernelRuntime(options: KernelRuntimeOptions): Promise<Runtime> {
  readOptions('initializeKernelRuntime', kernelRuntimeOptions, options);
  const unknown = Object.keys(options).filter((name) => !KNOWN.includes(name));
  if (unknown.length > 0) {
    const told = `${unknown.join(', ')}; it takes ${KNOWN.join(', ')}`;
    throw new RuntimeError('CONFIGURATION_ERROR', `initializeKernelRuntime does not take ${told}`);
  }
  const { workspaceRoot, workspaceFileName, workspaceFilePath, policyLayers, now, ...rest } =
    options;
  for (const [index, layer] of (policyLayers ?? []).entries()) {
    validatePolicyRules(layer.rules, `policyLayers[${index}]`);
  }
  const clock = now && clockOf(now);
  return createRuntime({
    ...rest,
    workspace: workspaceFilePath ?? join(workspaceRoot, workspaceFileName ?? 'workspace.yaml'),
    ...(policyLayers && { layers: policyLayers }),
    ...(clock && { system: { clock, ...rest.system } }),
  });
}

/** Answers what the model profiles add to the turn tool: variables and network allowlist. */
export const createAgentRuntimeCapabilityFactory = (
  input: CapabilityFactoryInput,
): CapabilityAugmentation => capabilityFactory(input, systemEnvironment());
