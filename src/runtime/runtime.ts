/** What a host holds in its hand: sessions, approvals, evidence, and the kernel's own verbs. */
import {
  parseContext,
  RuntimeError,
  type ApprovalResolution,
  type ApprovalResolved,
  type ExecutionContext,
  type GovernedTool,
  type IdSource,
  type PolicyEvaluation,
  type PolicyRequest,
  type ToolOutput,
  type ToolSandbox,
} from '../../kernel/index.ts';
import type { WorkspaceConfig } from '../../config/index.ts';
import type { Approvals } from './approvals.ts';
import type { Driver } from './driver.ts';
import type { Listener } from './event-stream.ts';
import type { Evidence } from './evidence.ts';
import { InFlight, waitFor } from './in-flight.ts';
import type { Lanes } from './lanes.ts';
import { openLiveView, type LiveView } from './live-view.ts';
import type { Models } from './models.ts';
import { recover } from './recovery.ts';
import type { Sessions } from './sessions.ts';
import { GRACE_MS, type HeldStoreHost } from './store-hosts.ts';

export interface RuntimeParts {
  readonly held: HeldStoreHost;
  /** Undefined where no tool runs in it. */
  readonly sandbox: ToolSandbox | undefined;
  readonly actors: Driver;
  readonly lanes: Lanes;
  readonly config: WorkspaceConfig;
  /** The folder of workspace.yaml; undefined without one. */
  readonly folder: string | undefined;
  readonly models: Models;
  readonly ids: IdSource;
  readonly approvals: Approvals;
  readonly sessions: Sessions;
}

/** The tools as a host sees them before it builds a prompt. */
export interface ToolHost {
  readonly listGovernedTools: (context: ExecutionContext) => Promise<readonly GovernedTool[]>;
}

export interface PolicyEngine {
  readonly evaluate: (request: PolicyRequest) => PolicyEvaluation;
}

const internals = new WeakMap<object, RuntimeParts>();

/** The parts of a runtime of ours; undefined for anything else that can execute tools. */
export const internalsOf = (runtime: object): RuntimeParts | undefined => internals.get(runtime);

export class Runtime {
  readonly sessions: Sessions;
  readonly approvals: Approvals;
  readonly evidence: Evidence;
  readonly #parts: RuntimeParts;
  readonly #calls: InFlight;
  #closing: Promise<void> | undefined;
  #view: LiveView | undefined;

  constructor(parts: RuntimeParts) {
    this.#parts = parts;
    internals.set(this, parts);
    this.sessions = parts.sessions;
    this.approvals = parts.approvals;
    this.evidence = parts.held.host.evidence;
    this.#calls = new InFlight(parts.held.host);
  }

  /** Where the records are. */
  get location(): string {
    return this.#parts.held.host.store.location;
  }

  /**
   * Executes a tool as a host: decided, run, and answered when its evidence is on disk. Refusals
   * are values with a code; after an approval the same call made again runs, once.
   * @throws RuntimeError INVALID_INPUT (a bad context), STORE_WRITE_FAILED (nothing ran),
   * RUNTIME_CLOSED (before it began, or cut off: its outcome is unknown)
   */
  async executeTool(name: string, input: unknown, given: ExecutionContext): Promise<ToolOutput> {
    const { lanes, held, ids } = this.#parts;
    const { hostKernel: kernel } = lanes;
    const context = parseContext(given);
    const { session_id } = context;
    if (this.#closing) throw new RuntimeError('RUNTIME_CLOSED', 'The runtime is closed');
    const effect_id = `${session_id}/call/${ids.next('call')}`;
    const request = { name, input, context, origin: 'host', effect_id, attempt: 1 } as const;
    return this.#calls.run(undefined, (stop) =>
      held.host.journals.using(session_id, (journal) => kernel.executeTool(journal, request, stop)),
    );
  }

  getToolHost(): ToolHost {
    const { hostKernel: kernel } = this.#parts.lanes;
    return { listGovernedTools: async (given) => kernel.listGovernedTools(parseContext(given)) };
  }

  getPolicyEngine(): PolicyEngine {
    const { hostKernel: kernel } = this.#parts.lanes;
    return { evaluate: (request) => kernel.evaluate(request) };
  }

  /** Records a person's decision on a pending approval; see `Approvals.resolve`. */
  resolveApproval(resolution: ApprovalResolution): Promise<ApprovalResolved> {
    return this.approvals.resolve(resolution);
  }

  /** Fires missed wakeups and lets interrupted sessions go on; `recover: false` leaves it out. */
  recover(): Promise<void> {
    const { held, actors } = this.#parts;
    return recover(held.host, actors);
  }

  /** What moves from now on, as a store to subscribe to; opened when it is first asked for. */
  get view(): LiveView {
    this.#view ??= openLiveView(this.#parts.held.host.events);
    return this.#view;
  }

  /** Calls the listener for each event, in the order of the disk, until told to stop. */
  subscribe(listener: Listener): () => void {
    return this.#parts.held.host.events.subscribe(listener);
  }

  /**
   * Lets running effects end for `grace_ms` (5,000 unless said otherwise), then cuts them off and
   * closes the store; with 0 they are cut off at once. What was cut off goes on, or is in doubt, at
   * the next start. A second call changes nothing and answers with the first.
   */
  close(grace_ms: number = GRACE_MS): Promise<void> {
    this.#closing ??= this.#close(grace_ms);
    return this.#closing;
  }

  async #close(grace_ms: number): Promise<void> {
    const { held, actors, sandbox } = this.#parts;
    const { clock } = held.host;
    const begun = clock.now();
    actors.close();
    await waitFor(this.#calls.ended(), grace_ms, held.host);
    this.#calls.shutDown();
    await held.close(Math.max(0, begun + grace_ms - clock.now()));
    await sandbox?.close();
  }
}
