/** What the process of a tool may see and use, as data: from its scopes, and from nothing else. */
import type { PathScope, SubprocessHandler, ToolCapability, ToolScope } from '../contract/index.ts';
import type { Premises } from '../scope/check-arguments.ts';
import { reachOf, type NetworkReach } from '../scope/network.ts';

/** Everything that makes the process of one tool what it is; two alike are interchangeable. */
export interface SandboxProfile {
  readonly tool_name: string;
  /** The module that is loaded into it. */
  readonly module: string;
  readonly export: string | undefined;
  /** Absolute paths of the code that it is made of; read only. */
  readonly code: readonly string[];
  readonly premises: Premises;
  /** Absolute paths that it never sees, whatever it is granted. */
  readonly overlays: readonly string[];
  /** Patterns in the workspace. */
  readonly readable: readonly string[];
  readonly writable: readonly string[];
  readonly network: NetworkReach;
  readonly environment: Readonly<Record<string, string>>;
  readonly limits: SubprocessHandler['limits'] & { readonly wall_clock_ms: number };
  /** Whether it may run with nothing around it where no sandbox works. */
  readonly may_run_unconfined: boolean;
}

/** What a workspace says about the processes of its tools. */
export interface SandboxRules {
  readonly premises: Premises;
  readonly overlays: readonly string[];
  /** Network of a tool that no grant speaks of. */
  readonly network_default: 'off' | 'full';
  /** Names of the tools that may run unconfined where no sandbox works. */
  readonly unconfined: readonly string[];
}

interface Given {
  readonly enforced: readonly ToolScope[];
  readonly environment: Readonly<Record<string, string>>;
}

/** Makes the profile of a tool under the scopes that are in force for one call of it. */
export function sandboxProfile(
  tool: ToolCapability,
  handler: SubprocessHandler,
  { enforced, environment }: Given,
  rules: SandboxRules,
): SandboxProfile {
  const paths = enforced.filter((scope) => scope.type === 'path');
  const network = enforced.filter((scope) => scope.type === 'network');
  return {
    tool_name: tool.name,
    module: handler.module,
    export: handler.export,
    code: handler.readable,
    premises: rules.premises,
    overlays: rules.overlays,
    readable: patternsOf(paths, 'read'),
    writable: patternsOf(paths, 'write'),
    network: network.length === 0 ? rules.network_default : reachOf(network),
    environment,
    limits: { ...handler.limits, wall_clock_ms: tool.timeout_ms },
    may_run_unconfined: rules.unconfined.includes(tool.name),
  };
}

function patternsOf(paths: readonly PathScope[], access: PathScope['access']): readonly string[] {
  const patterns = paths.flatMap((scope) => (scope.access === access ? scope.pattern : []));
  return [...new Set(patterns)].toSorted();
}
