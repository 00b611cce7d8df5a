/** Workflows that a host starts and resumes, kept below its storage root. */
import { executeTurnInput, parseContext, RuntimeError } from '../../../kernel/index.ts';
import { internalsOf } from '../../runtime/runtime.ts';
import { readOptions } from '../../runtime/read-options.ts';
import { parse } from '../../runtime/session-options.ts';
import type { StoreHost } from '../../runtime/store-host.ts';
import { driveOf } from '../drive.ts';
import { clockOf, resumeWorkflowOptions, startWorkflowOptions } from '../options.ts';
import { hasStateFile } from '../state-files.ts';
import { holdHostStore } from '../store-folder.ts';
import type { ResumeWorkflowOptions, StartWorkflowOptions, WorkflowResult } from './contract.ts';
import {
  nodeSessionId,
  parseDefinition,
  type Definition,
  type WorkflowRecord,
} from './definition.ts';
import { importWorkflow } from './import.ts';
import { recordResumed } from './mail.ts';
import { readWorkflow, writeWorkflow } from './records.ts';
import { WorkflowRun } from './run.ts';

/**
 * Starts a workflow and runs its nodes, the first ready one in the order of declaration, until it
 * is completed, waits for an instant, or a node comes to rest before its end.
 * @throws RuntimeError INVALID_INPUT (before anything is written), SESSION_EXISTS, STORE_LOCKED
 */
export async function startGovernedAgentWorkflow(
  options: StartWorkflowOptions,
): Promise<WorkflowResult> {
  const read = readOptions('startGovernedAgentWorkflow', startWorkflowOptions, options);
  const { runtime, storageRoot, createContext, maxTurnsPerInvocation: turns_left } = read;
  const definition = parseDefinition(read.workflow);
  if (internalsOf(runtime)) assertTurnInputs(definition);
  const { run_id, task_id } = parseContext(createContext({}));
  const held = await holdHostStore(storageRoot, runtime, read.now);
  const { host } = held;
  try {
    const now = instantOf(host, read.now);
    const created_at = new Date(now).toISOString();
    const workflow: WorkflowRecord = {
      ...{ schema_version: 1, ...definition, run_id, task_id, created_at },
    };
    return await alone(host, workflow.session_id, async () => {
      await assertNew(host, storageRoot, workflow);
      await writeWorkflow(host, workflow);
      const parts = { host, executor: runtime, createContext };
      return new WorkflowRun(parts, workflow, { turns_left, messages: new Map(), now }).run();
    });
  } finally {
    await held.close();
  }
}

/**
 * Goes on with a workflow: nodes whose approval is decided, whose instant has come, that were
 * suspended or interrupted, or that failed. A completed workflow answers that it is completed.
 * @throws RuntimeError INVALID_INPUT, SESSION_NOT_FOUND, EVENT_NOT_ACCEPTED (it is being
 * driven), STORE_LOCKED
 */
export async function resumeGovernedAgentWorkflow(
  options: ResumeWorkflowOptions,
): Promise<WorkflowResult> {
  const read = readOptions('resumeGovernedAgentWorkflow', resumeWorkflowOptions, options);
  const { runtime, storageRoot, sessionId, createContext } = read;
  const messages = new Map(Object.entries(read.continuationMessagesByNodeId));
  const held = await holdHostStore(storageRoot, runtime, read.now);
  const { host } = held;
  try {
    return await alone(host, sessionId, async () => {
      const parts = { host, executor: runtime, createContext };
      await importWorkflow(host, storageRoot, sessionId, driveOf(parts));
      const workflow = await readWorkflow(host, sessionId);
      if (!workflow) {
        throw new RuntimeError('SESSION_NOT_FOUND', `There is no workflow ${sessionId}`);
      }
      assertNodes(workflow, messages.keys());
      await recordResumed(host, workflow, messages);
      const now = instantOf(host, read.now);
      const turns_left = read.maxTurnsPerInvocation;
      return new WorkflowRun(parts, workflow, { turns_left, messages, now }).run();
    });
  } finally {
    await held.close();
  }
}

const instantOf = (host: StoreHost, now: (() => string) | undefined): number =>
  (now ? clockOf(now) : host.clock).now();

/** What is told to a node that is not there would be read by nobody. */
function assertNodes({ session_id, nodes }: Definition, node_ids: Iterable<string>): void {
  const known = new Set(nodes.map(({ id }) => id));
  const unknown = [...node_ids].filter((id) => !known.has(id));
  if (unknown.length === 0) return;
  const message = `Workflow ${session_id} has no nodes ${unknown.join(', ')} to give messages to`;
  throw new RuntimeError('INVALID_INPUT', message);
}

function assertTurnInputs({ nodes }: Definition): void {
  for (const { id, execute_turn_input } of nodes) {
    parse(executeTurnInput, execute_turn_input, `Workflow: node ${id}`);
  }
}

async function assertNew(
  { store }: StoreHost,
  storageRoot: string,
  { session_id, nodes }: Definition,
): Promise<void> {
  const node_ids = nodes.map(({ id }) => nodeSessionId(session_id, id));
  const isThere =
    (await store.get('workflow', [session_id])) !== undefined ||
    (await hasStateFile(storageRoot, session_id)) ||
    (await anyOf([session_id, ...node_ids], (id) => store.get('session', [id])));
  if (!isThere) return;
  throw new RuntimeError('SESSION_EXISTS', `There is already a session ${session_id}`);
}

async function anyOf(
  ids: readonly string[],
  find: (id: string) => Promise<string | undefined>,
): Promise<boolean> {
  for (const id of ids) if ((await find(id)) !== undefined) return true;
  return false;
}

const driven = new WeakMap<StoreHost, Set<string>>();

/** Two invocations of one workflow would both run its ready nodes. */
async function alone<T>(host: StoreHost, session_id: string, work: () => Promise<T>): Promise<T> {
  const ids = driven.get(host) ?? new Set<string>();
  driven.set(host, ids);
  if (ids.has(session_id)) {
    throw new RuntimeError('EVENT_NOT_ACCEPTED', `Workflow ${session_id} is being driven already`);
  }
  ids.add(session_id);
  try {
    return await work();
  } finally {
    ids.delete(session_id);
  }
}
