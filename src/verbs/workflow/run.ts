/**
 * Runs the nodes of a workflow, one after the other, each to its rest. Where a node stands is read
 * from its session, so that an interrupted run goes on from what is on disk.
 */
import type { ExecuteTurnInput } from '../../../kernel/index.ts';
import { internalsOf } from '../../runtime/runtime.ts';
import { stageBeginning } from '../../runtime/session-entries.ts';
import type { SessionFiles } from '../../runtime/session-files.ts';
import type { SessionResult } from '../contract.ts';
import { driveOf, hostStart, outcome, type DriveParts } from '../drive.ts';
import { News } from '../news.ts';
import { readResult } from '../result.ts';
import { resume, type Resumed } from '../resume.ts';
import type { WorkflowResult } from './contract.ts';
import { nodeSessionId, type Node, type WorkflowRecord } from './definition.ts';
import { readMail, type NodeMessages } from './mail.ts';
import { isReleased, readNodes, type NodeStatus, type StandingNode } from './nodes.ts';
import { readContinuations, recordNews, type WorkflowNews } from './records.ts';

export interface RunOptions {
  /** Turns of each node until it is suspended. */
  readonly turns_left: number;
  /** What happened meanwhile, by the node that is to read it. */
  readonly messages: NodeMessages;
  /** The instant of this invocation, in milliseconds since the epoch. */
  readonly now: number;
}

/** Runs one invocation of a workflow. */
export class WorkflowRun {
  readonly #parts: DriveParts;
  readonly #workflow: WorkflowRecord;
  readonly #options: RunOptions;
  readonly #told = new Set<string>();
  readonly #visited = new Set<string>();

  constructor(parts: DriveParts, workflow: WorkflowRecord, options: RunOptions) {
    this.#parts = parts;
    this.#workflow = workflow;
    this.#options = options;
  }

  async run(): Promise<WorkflowResult> {
    await this.#catchUp();
    const result = await this.#advance();
    await this.#keepUnread();
    return result;
  }

  async #advance(): Promise<WorkflowResult> {
    let kept: WorkflowResult | undefined;
    for (;;) {
      const next = this.#next(await this.#nodes());
      if (!next) return kept ?? (await this.#rest());
      this.#visited.add(next.node.id);
      const { hasMoved, result } = await this.#runNode(next);
      const { id } = next.node;
      const stop = await this.#record(id, result);
      await this.#tellReleased();
      if (stop && hasMoved) return stop;
      kept ??= stop;
    }
  }

  #nodes(): Promise<StandingNode[]> {
    return readNodes(this.#parts.host, this.#workflow);
  }

  /** The first node that can run; a failed one is tried again when the others had their turn. */
  #next(nodes: readonly StandingNode[]): StandingNode | undefined {
    const ready = nodes.filter((each) => !this.#visited.has(each.node.id) && this.#canRun(each));
    return ready.find(({ status }) => status !== 'error') ?? ready[0];
  }

  #canRun(each: StandingNode): boolean {
    switch (each.status) {
      case 'completed':
      case 'canceled':
        return false;
      case 'waiting_approval':
        return this.#hasNews(each.node.id);
      case 'pending':
        return isReleased(each, this.#options.now);
      case 'active':
      case 'suspended':
      case 'error':
        return true;
    }
  }

  /** Our own kernel knows what came of an approval; of a host's kernel the messages tell it. */
  #hasNews(node_id: string): boolean {
    const isOurs = internalsOf(this.#parts.executor) !== undefined;
    return isOurs || this.#options.messages.has(node_id);
  }

  async #runNode({ node, status }: StandingNode): Promise<Resumed> {
    const parts = this.#partsOf(node);
    const drive = driveOf(parts);
    const session_id = nodeSessionId(this.#workflow.session_id, node.id);
    const { turns_left } = this.#options;
    if (status !== 'pending') {
      const messages = this.#options.messages.get(node.id) ?? [];
      return resume(parts, drive, { session_id, turns_left, messages });
    }
    const mail = await readMail(parts.host, this.#workflow.session_id, node.id);
    const given = node.execute_turn_input as ExecuteTurnInput;
    const { start, messages } = hostStart(given, parts, drive, session_id);
    const { effects } = drive;
    const stage = (files: SessionFiles): void => stageBeginning(files, [...messages, ...mail]);
    const input = { session_id, turns_left, limits: drive.limitsOf(start) };
    await parts.host.actors.create(start, input, { effects, stage });
    return { hasMoved: true, result: await outcome(parts, drive, session_id) };
  }

  /** A node that this invocation did not come to reads what it was told in its next turn. */
  async #keepUnread(): Promise<void> {
    for (const { node, status } of await this.#nodes()) {
      const messages = this.#options.messages.get(node.id);
      if (!messages || this.#visited.has(node.id) || !KEEPS_UNREAD.has(status)) continue;
      const parts = this.#partsOf(node);
      const session_id = nodeSessionId(this.#workflow.session_id, node.id);
      await new News(messages).keep(parts.host, session_id, driveOf(parts).effects);
    }
  }

  #partsOf({ id }: Node): DriveParts {
    const { createContext } = this.#parts;
    return {
      ...this.#parts,
      createContext: (metadata) => createContext({ ...metadata, agent_workflow_node_id: id }),
    };
  }

  /** Puts down how a node came to rest; answers the result where it stops the workflow. */
  async #record(node_id: string, result: SessionResult): Promise<WorkflowResult | undefined> {
    switch (result.kind) {
      case 'completed':
        await this.#tellOnce({ kind: 'branch_completed', node_id, reason: COMPLETED });
        return undefined;
      case 'approval_required': {
        const { kind, pending_request_id: request_id, requested_tool } = result;
        await this.#tellOnce({ kind, node_id, request_id, reason: WAITING });
        return { kind, node_id, pending_request_id: request_id, requested_tool };
      }
      case 'suspended':
        await this.#tell({ kind: 'suspended', node_id, reason: SUSPENDED });
        return { kind: 'suspended', node_id };
      case 'error': {
        const { error } = result;
        await this.#tell({ kind: 'error', node_id, reason: error.message });
        return { kind: 'error', node_id, error };
      }
    }
  }

  /** Nothing can run: says what the workflow waits for, or that it is over. */
  async #rest(): Promise<WorkflowResult> {
    const nodes = await this.#nodes();
    const idsOf = (found: readonly StandingNode[]): string[] => found.map(({ node }) => node.id);
    const completed_node_ids = idsOf(nodes.filter(({ status }) => status === 'completed'));
    const waiting = nodes.find(({ status }) => status === 'waiting_approval');
    if (waiting) {
      const session_id = nodeSessionId(this.#workflow.session_id, waiting.node.id);
      const kept = await this.#record(
        waiting.node.id,
        await readResult(this.#parts.host, session_id),
      );
      if (kept) return kept;
    }
    const later = nodes
      .filter(({ status, areDependenciesDone }) => status === 'pending' && areDependenciesDone)
      .sort((one, other) => (one.due_at ?? 0) - (other.due_at ?? 0));
    const [first] = later;
    if (first?.node.wake_at !== undefined) {
      const scheduled_node_ids = idsOf(nodes.filter((each) => later.includes(each)));
      for (const node_id of scheduled_node_ids) {
        await this.#tellOnce({ kind: 'scheduled', node_id, reason: SCHEDULED });
      }
      const next_wake_at = first.node.wake_at;
      return { kind: 'scheduled', next_wake_at, scheduled_node_ids, completed_node_ids };
    }
    if (completed_node_ids.length === nodes.length) {
      await this.#tellOnce({ kind: 'completed', reason: OVER });
      return { kind: 'completed', completed_node_ids };
    }
    return this.#stalled(idsOf(nodes.filter(({ status }) => status !== 'completed')));
  }

  async #stalled(node_ids: readonly string[]): Promise<WorkflowResult> {
    const message = `No node can ever become ready; these are left: ${node_ids.join(', ')}`;
    await this.#tellOnce({ kind: 'error', node_id: 'workflow', reason: message });
    const error = { code: 'AGENT_RUNTIME_WORKFLOW_STALLED', message };
    return { kind: 'error', node_id: 'workflow', error };
  }

  /** Tells what an interrupted invocation did and could not tell any more. */
  async #catchUp(): Promise<void> {
    const { host } = this.#parts;
    for (const told of await readContinuations(host, this.#workflow.session_id)) {
      this.#told.add(keyOf(told));
    }
    const before = this.#told.size;
    for (const { node, status } of await this.#nodes()) {
      if (status !== 'completed') continue;
      await this.#tellOnce({ kind: 'branch_completed', node_id: node.id, reason: COMPLETED });
    }
    if (this.#told.size > before) await this.#tellReleased();
  }

  async #tellReleased(): Promise<void> {
    for (const each of await this.#nodes()) {
      const { id: node_id, depends_on } = each.node;
      if (!isReleased(each, this.#options.now)) continue;
      if (depends_on.length > 1) {
        await this.#tellOnce({ kind: 'join_ready', node_id, reason: JOINED });
      }
      if (each.due_at !== undefined) {
        await this.#tellOnce({ kind: 'wakeup', node_id, reason: WOKEN });
      }
    }
  }

  async #tellOnce(news: WorkflowNews): Promise<void> {
    if (!this.#told.has(keyOf(news))) await this.#tell(news);
  }

  async #tell(news: WorkflowNews): Promise<void> {
    this.#told.add(keyOf(news));
    await recordNews(this.#parts.host, this.#workflow, news);
  }
}

/** One that waits for an approval takes the messages about it when it goes on. */
const KEEPS_UNREAD: ReadonlySet<NodeStatus> = new Set(['suspended', 'error']);

const keyOf = ({ kind, node_id = '', request_id = '' }: WorkflowNews): string =>
  [kind, node_id, request_id].join(' ');

const COMPLETED = 'The model had its last word';
const WAITING = 'Waits for an approval, which its continuation follows';
const SUSPENDED = 'The budget of turns of this invocation is used up';
const SCHEDULED = 'Waits for its scheduled wake time';
const JOINED = 'Every node that it depends on is completed';
const WOKEN = 'The scheduled wake time is reached';
const OVER = 'Every node is completed';
