/**
 * The kernels of a runtime, one for each lane: a session stays under the rules of the lane that it
 * was started in, whichever lane the runtime that moves it was opened for.
 */
import type { Governance, Kernel } from '../../kernel/index.ts';
import { configuredLane, type WorkspaceConfig } from '../../config/index.ts';
import type { Governances } from './governance.ts';
import type { SessionStart } from './session-start.ts';

export interface LanesParts {
  readonly config: WorkspaceConfig;
  readonly governances: Governances;
  /** The lane of new sessions that name none, and of the calls of hosts. */
  readonly own: string | undefined;
  readonly kernelUnder: (governance: Governance) => Kernel;
}

export class Lanes {
  /** Governs the calls of hosts. */
  readonly hostKernel: Kernel;
  readonly #parts: LanesParts;
  readonly #kernels = new Map<string | undefined, Kernel>();

  /** @throws RuntimeError CONFIGURATION_ERROR (a lane that is not configured), TOOL_DUPLICATE */
  constructor(parts: LanesParts) {
    this.#parts = parts;
    this.hostKernel = this.#kernel(this.of(undefined));
  }

  /**
   * The lane of a new session: the one that was asked for, or that of the runtime.
   * @throws RuntimeError CONFIGURATION_ERROR for a lane that is not configured.
   */
  of(asked: string | undefined): string | undefined {
    const { config, own } = this.#parts;
    const lane_id = asked ?? own;
    return lane_id === undefined ? undefined : configuredLane(config, lane_id).id;
  }

  /** The kernel that governs a session. */
  kernelOf({ lane_id }: Pick<SessionStart, 'lane_id'>): Kernel {
    return this.#kernel(lane_id);
  }

  #kernel(lane_id: string | undefined): Kernel {
    const { governances, kernelUnder } = this.#parts;
    const kernel = this.#kernels.get(lane_id) ?? kernelUnder(governances.of(lane_id));
    this.#kernels.set(lane_id, kernel);
    return kernel;
  }
}
