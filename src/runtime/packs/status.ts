/** How the pinned packs stand on this machine: there, as they were pinned, and what they bring. */
import { isRuntimeError, type ToolScope } from '../../../kernel/index.ts';
import type { Environment, PackManifest, PackPin } from '../../../config/index.ts';
import { loadPack } from './load.ts';
import { BUILT_IN_PACKS, packFolder } from './place.ts';

/** `dev` is whatever is there; `invalid` is there, and cannot be used. */
export type PackState = 'ok' | 'dev' | 'built_in' | 'missing' | 'altered' | 'invalid';

export interface PackStatus {
  readonly pin: PackPin;
  readonly folder: string;
  readonly state: PackState;
  /** Of the files as they are, where they could be read. */
  readonly integrity?: string;
  /** What is wrong, with its code. */
  readonly problem?: { readonly code: string; readonly message: string };
  /** Only of packs that are as they were pinned: what others say of themselves means nothing. */
  readonly brings?: PackContents;
}

/** What a pack brings, and what that may touch. */
export interface PackContents {
  readonly description?: string;
  readonly tools: readonly string[];
  /** What its tools need, each once. */
  readonly required_scopes: readonly ToolScope[];
  /** What they may touch at most; empty adds no restriction. */
  readonly allowed_scopes: readonly ToolScope[];
  /** Names of the variables that its tools are given. */
  readonly required_env: readonly string[];
  /** Ids of its rules. */
  readonly policies: readonly string[];
  /** Root key of its section in workspace.yaml. */
  readonly config_key?: string;
}

/** Looks at a pinned pack; it loads as at the start of a runtime, and nothing of it runs. */
export async function packStatus(
  workspace: string,
  pin: PackPin,
  environment: Environment,
): Promise<PackStatus> {
  const folder = packFolder(workspace, pin);
  if (BUILT_IN_PACKS.has(pin.id)) return { pin, folder, state: 'built_in' };
  try {
    const { integrity, manifest } = await loadPack(folder, pin, environment);
    const state = pin.integrity === 'dev' ? 'dev' : 'ok';
    return { pin, folder, state, integrity, brings: contentsOf(manifest) };
  } catch (error) {
    return { pin, folder, ...troubleOf(error) };
  }
}

/** Whether nothing stands against using it. */
export function isSound({ state }: PackStatus): boolean {
  return state === 'ok' || state === 'dev' || state === 'built_in';
}

/** What is wrong with a pack that did not load; throws what is not about the pack. */
export function troubleOf(error: unknown): Pick<PackStatus, 'state' | 'problem' | 'integrity'> {
  if (!isRuntimeError(error)) throw error;
  const { code, message, details } = error;
  const problem = { code, message };
  if (code === 'PACK_NOT_INSTALLED') return { state: 'missing', problem };
  const { integrity } = details;
  return typeof integrity === 'string'
    ? { state: 'altered', integrity, problem }
    : { state: 'invalid', problem };
}

/** Reads what a manifest says that its pack brings. */
export function contentsOf(manifest: PackManifest): PackContents {
  const { description, tools, allowed_scopes, policies, config_key } = manifest;
  const scopes = new Map(
    tools.flatMap((tool) =>
      tool.required_scopes.map((scope) => [JSON.stringify(scope), scope] as const),
    ),
  );
  return {
    ...(description !== undefined && { description }),
    tools: tools.map(({ name }) => name),
    required_scopes: [...scopes.values()],
    allowed_scopes,
    required_env: [...new Set(tools.flatMap(({ required_env }) => required_env))],
    policies: policies.map(({ id }) => id),
    ...(config_key !== undefined && { config_key }),
  };
}
