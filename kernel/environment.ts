/** What one installation of the kernel works with: tools, rules, time, and who listens. */
import type { ToolCapability } from './contract/index.ts';
import type { Alarm, Clock, PathInspector } from './ports.ts';
import { performer, type FetchWithin, type SandboxHouse } from './sandbox/handler.ts';
import type { Governance } from './tools/decide.ts';
import { createToolRegistry, type ToolRegistry } from './tools/registry.ts';
import type { EffectProgress } from './tools/progress.ts';
import type { EffectEnvironment } from './tools/run-effect.ts';
import { inspectPlaces } from './tools/scopes.ts';

export interface KernelOptions {
  readonly tools: readonly ToolCapability[];
  readonly governance: Governance;
  /** How long an approval may be decided on, in milliseconds. */
  readonly approval_expires_in_ms: number;
  readonly workspace_config_hash: string;
  readonly runtime_version: string;
  readonly clock: Clock;
  readonly alarm: Alarm;
  readonly paths: PathInspector;
  /** Absent: a tool with a process of its own fails, and says so. */
  readonly sandbox?: SandboxHouse | undefined;
  /** What tools of this process reach others with. Absent: they reach nobody that way. */
  readonly fetchWithin?: FetchWithin | undefined;
  readonly onProgress: (progress: EffectProgress) => void;
}

export interface KernelEnvironment {
  readonly registry: ToolRegistry;
  readonly governance: Governance;
  readonly effects: EffectEnvironment;
  readonly approvals: ApprovalFacts;
}

export interface ApprovalFacts {
  readonly clock: Clock;
  readonly policy_version: string;
  readonly expires_in_ms: number;
}

/** Puts together what every part of the kernel works with. @throws RuntimeError TOOL_DUPLICATE */
export function createEnvironment(options: KernelOptions): KernelEnvironment {
  const { clock, alarm, paths, onProgress, governance } = options;
  const { policy_version } = governance;
  return {
    registry: createToolRegistry(options.tools),
    governance,
    effects: {
      clock,
      alarm,
      performerOf: performer(options),
      inspectPlaces: (call, enforced) =>
        inspectPlaces(governance.grants.premises, paths, call, enforced),
      onProgress,
      installation: {
        policy_version,
        workspace_config_hash: options.workspace_config_hash,
        runtime_version: options.runtime_version,
      },
    },
    approvals: { clock, policy_version, expires_in_ms: options.approval_expires_in_ms },
  };
}
