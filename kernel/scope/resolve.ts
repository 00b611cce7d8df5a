/**
 * Resolves what a tool needs against what the configuration grants. Scopes are only ever
 * intersected, and a tool that is not granted all that it needs gets nothing.
 */
import type { NetworkScope, PathScope, ToolScope } from '../contract/index.ts';
import { coversNetwork } from './match-network.ts';
import { coversPath } from './match-path.ts';

/** Grants by who gives them. An absent or empty list adds no restriction, save the workspace's. */
export interface ScopeRequest {
  /** What the workspace grants; an empty list grants nothing. */
  readonly workspace: readonly ToolScope[];
  readonly lane?: readonly ToolScope[] | undefined;
  readonly task?: readonly ToolScope[] | undefined;
  /** What the caller is content with: it can take away, and never add. */
  readonly caller?: readonly ToolScope[] | undefined;
  /** What the tool declared that it needs. */
  readonly required: readonly ToolScope[];
}

export interface ScopeResolution {
  readonly requested: readonly ToolScope[];
  /** Those of the requested that every layer grants in full. */
  readonly allowed: readonly ToolScope[];
  /** What is in force for the call: all that was requested, or nothing. */
  readonly enforced: readonly ToolScope[];
  /** Those of the requested that some layer does not grant in full. */
  readonly denied: readonly ToolScope[];
}

/**
 * Intersects the layers with the needs of a tool. A need that a layer covers in part is denied.
 * A tool that needs nothing is denied nothing.
 */
export function resolveScopes(request: ScopeRequest): ScopeResolution {
  const { workspace, required } = request;
  const narrower = [request.lane, request.task, request.caller];
  const layers = [workspace, ...narrower.flatMap((grants) => (grants?.length ? [grants] : []))];
  const isAllowed = (need: ToolScope) => layers.every((grants) => covers(grants, need));
  const allowed = required.filter(isAllowed);
  const denied = required.filter((need) => !isAllowed(need));
  return { requested: required, allowed, denied, enforced: denied.length === 0 ? allowed : [] };
}

function covers(grants: readonly ToolScope[], need: ToolScope): boolean {
  switch (need.type) {
    case 'path':
      return grants.some((grant) => isPath(grant) && coversPathScope(grant, need));
    case 'network':
      return coversNetwork(grants.filter(isNetwork), need);
  }
}

function coversPathScope(grant: PathScope, need: PathScope): boolean {
  return grant.access === need.access && coversPath(grant.pattern, need.pattern);
}

function isPath(scope: ToolScope): scope is PathScope {
  return scope.type === 'path';
}

function isNetwork(scope: ToolScope): scope is NetworkScope {
  return scope.type === 'network';
}
