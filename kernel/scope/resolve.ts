/**
 * Resolves what a tool needs against what the configuration grants. Scopes are only ever
 * intersected; of what a tool needs, each scope has to be granted at least in part.
 */
import type { NetworkScope, PathScope, ToolScope } from '../contract/index.ts';
import { coversReach, intersectReach, reachOf, type NetworkReach } from './network.ts';
import { coversPath, intersectPaths } from './paths.ts';

/** Grants by who gives them. An absent or empty list adds no restriction, save the workspace's. */
export interface ScopeRequest {
  /** What the workspace grants; an empty list grants nothing. */
  readonly workspace: readonly ToolScope[];
  readonly lane?: readonly ToolScope[] | undefined;
  readonly pack?: readonly ToolScope[] | undefined;
  readonly task?: readonly ToolScope[] | undefined;
  /** What the caller is content with: it can take away, and never add. */
  readonly caller?: readonly ToolScope[] | undefined;
  /** What the tool declared that it needs. */
  readonly required: readonly ToolScope[];
}

export interface ScopeResolution {
  readonly requested: readonly ToolScope[];
  /** What of it every layer grants: the true intersection. */
  readonly allowed: readonly ToolScope[];
  /** What is in force for the call: all that is allowed, or nothing where some need is denied. */
  readonly enforced: readonly ToolScope[];
  /** Those of the requested of which some layer grants nothing. */
  readonly denied: readonly ToolScope[];
  /** Those of the requested that are granted in part: something has to hold the tool to it. */
  readonly narrowed: readonly ToolScope[];
}

/** What is left of one need after all layers. */
interface Met {
  readonly need: ToolScope;
  readonly granted: readonly ToolScope[];
  readonly isWhole: boolean;
}

/** Intersects the layers with the needs of a tool. A tool that needs nothing is denied nothing. */
export function resolveScopes(request: ScopeRequest): ScopeResolution {
  const { workspace, required } = request;
  const narrower = [request.lane, request.pack, request.task, request.caller];
  const layers = [workspace, ...narrower.flatMap((grants) => (grants?.length ? [grants] : []))];
  const met = required.map((need) => meetLayers(need, layers));
  const denied = met.flatMap(({ need, granted }) => (granted.length === 0 ? [need] : []));
  const allowed = withoutRepeats(met.flatMap(({ granted }) => granted));
  const isPartial = ({ granted, isWhole }: Met) => granted.length > 0 && !isWhole;
  return {
    requested: required,
    allowed,
    enforced: denied.length === 0 ? allowed : [],
    denied,
    narrowed: met.flatMap((one) => (isPartial(one) ? [one.need] : [])),
  };
}

function meetLayers(need: ToolScope, layers: readonly (readonly ToolScope[])[]): Met {
  return need.type === 'path' ? meetPath(need, layers) : meetNetwork(need, layers);
}

function meetPath(need: PathScope, layers: readonly (readonly ToolScope[])[]): Met {
  const { access } = need;
  const patternsOf = (grants: readonly ToolScope[]) =>
    grants.flatMap((grant) => (isPath(grant) && grant.access === access ? [grant.pattern] : []));
  const patterns = layers.reduce<readonly string[]>(
    (left, grants) => intersectPaths(left, patternsOf(grants)),
    [need.pattern],
  );
  return {
    need,
    granted: patterns.map((pattern) => ({ type: 'path', pattern, access })),
    isWhole: patterns.some((pattern) => coversPath(pattern, need.pattern)),
  };
}

/** A tool that says it needs no network is granted that. */
function meetNetwork(need: NetworkScope, layers: readonly (readonly ToolScope[])[]): Met {
  if (need.posture === 'off') return { need, granted: [need], isWhole: true };
  const needed = reachOf([need]);
  const reach = layers.reduce<NetworkReach>(
    (left, grants) => intersectReach(left, reachOf(grants.filter(isNetwork))),
    needed,
  );
  return { need, granted: networkScopes(reach), isWhole: coversReach(reach, needed) };
}

function networkScopes(reach: NetworkReach): readonly NetworkScope[] {
  if (reach === 'off') return [];
  if (reach === 'full') return [{ type: 'network', posture: 'full' }];
  return [{ type: 'network', posture: 'allowlist', allowlist_entries: [...reach] }];
}

function withoutRepeats(scopes: readonly ToolScope[]): readonly ToolScope[] {
  const bySense = new Map(scopes.map((scope) => [JSON.stringify(scope), scope]));
  return [...bySense.values()];
}

function isPath(scope: ToolScope): scope is PathScope {
  return scope.type === 'path';
}

function isNetwork(scope: ToolScope): scope is NetworkScope {
  return scope.type === 'network';
}
