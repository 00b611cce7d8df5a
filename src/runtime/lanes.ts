/**
 * The lanes of a runtime: a session stays under the rules of the lane that it was started in,
 * whichever lane the runtime that moves it was opened for.
 */
import type { Governance, Kernel, ToolCapability } from '../../kernel/index.ts';
import { configuredLane, type WorkspaceConfig } from '../../config/index.ts';
import type { Governances } from './governance.ts';
import { memoized } from './memoized.ts';
import type { SessionStart } from './session-start.ts';

/** What decides on calls in a lane, and how a model is asked there. */
export interface Lane {
  readonly kernel: Kernel;
  /** The turn tool of sessions of a model profile. */
  readonly turnTool: (profile_name: string) => ToolCapability;
}

export interface LanesParts {
  readonly config: WorkspaceConfig;
  readonly governances: Governances;
  /** The lane of new sessions that name none, and of the calls of hosts. */
  readonly own: string | undefined;
  readonly laneUnder: (governance: Governance) => Lane;
}

export class Lanes {
  /** Governs the calls of hosts. */
  readonly hostKernel: Kernel;
  readonly #parts: LanesParts;
  readonly #lane: (lane_id: string | undefined) => Lane;

  /** @throws RuntimeError CONFIGURATION_ERROR (a lane that is not configured), TOOL_DUPLICATE */
  constructor(parts: LanesParts) {
    const { governances, laneUnder } = parts;
    this.#parts = parts;
    this.#lane = memoized((lane_id) => laneUnder(governances.of(lane_id)));
    this.hostKernel = this.#lane(this.idFor(undefined)).kernel;
  }

  /**
   * The lane of a new session: the one that was asked for, or that of the runtime.
   * @throws RuntimeError CONFIGURATION_ERROR for a lane that is not configured.
   */
  idFor(asked: string | undefined): string | undefined {
    const { config, own } = this.#parts;
    const lane_id = asked ?? own;
    return lane_id === undefined ? undefined : configuredLane(config, lane_id).id;
  }

  /** The lane of a session; every call is denied in one that is no longer configured. */
  of({ lane_id }: Pick<SessionStart, 'lane_id'>): Lane {
    return this.#lane(lane_id);
  }
}
