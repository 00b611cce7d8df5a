/** Workflows that two hosts drive at once, and workflows in which nothing can go on. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createRuntime,
  resumeGovernedAgentWorkflow,
  startGovernedAgentWorkflow,
  type WorkflowNode,
} from 'troupe';
import { asksFor, createContext, executeTurnInput, IDS, scriptedKernel, turn } from './support.ts';

const { session_id } = IDS;
const node = (id: string, fields: Partial<WorkflowNode> = {}): WorkflowNode => ({
  id,
  execute_turn_input: executeTurnInput,
  ...fields,
});
const workflow = (...nodes: WorkflowNode[]) => ({ session_id, nodes });

describe('workflows in trouble', () => {
  let storageRoot: string;
  beforeEach(async () => {
    storageRoot = await mkdtemp(join(tmpdir(), 'troupe-workflow-'));
  });
  afterEach(() => rm(storageRoot, { recursive: true, force: true }));

  it('stalls where a node was canceled on which another one waits', async () => {
    const error = { code: 'PROVIDER_RATE_LIMITED', message: 'slow down' };
    const runtime = scriptedKernel([{ success: false, error }]);
    const base = { runtime, storageRoot, createContext };
    const nodes = workflow(node('a'), node('b', { depends_on: ['a'] }));
    await startGovernedAgentWorkflow({ ...base, workflow: nodes });
    const operator = await createRuntime({ store: join(storageRoot, '.troupe/store') });
    const [failed] = await operator.sessions.list();
    await operator.sessions.cancel(failed?.session_id ?? 'none', { by: 'ana' });
    await operator.close();
    expect(await resumeGovernedAgentWorkflow({ ...base, sessionId: session_id })).toMatchObject({
      kind: 'error',
      node_id: 'workflow',
      error: {
        code: 'AGENT_RUNTIME_WORKFLOW_STALLED',
        message: 'No node can ever become ready; these are left: a, b',
      },
    });
    expect(runtime.calls).toHaveLength(1);
  });

  it('takes a chain of dependencies of any length, and names a cycle in it', async () => {
    const ids = Array.from({ length: 20_000 }, (_, index) => `n${index}`);
    const ring = ids.map((id, index) => node(id, { depends_on: [ids[index + 1] ?? 'n19998'] }));
    const runtime = scriptedKernel([]);
    await expect(
      startGovernedAgentWorkflow({
        ...{ runtime, storageRoot, createContext },
        workflow: workflow(...ring),
      }),
    ).rejects.toMatchObject({
      message: 'Workflow: these nodes wait for each other: n19998 -> n19999 -> n19998',
    });
  });

  it('runs each call once where two hosts resume at the same time', async () => {
    const ok = { success: true, data: { ok: true } };
    const script = [asksFor('calendar:create-event'), ok, turn('complete'), turn('complete')];
    const runtime = scriptedKernel([asksFor('calendar:create-event'), ok, ...script]);
    const base = { runtime, storageRoot, createContext };
    const started = await startGovernedAgentWorkflow({
      ...{ ...base, maxTurnsPerInvocation: 1 },
      workflow: workflow(node('a'), node('b', { depends_on: ['a'] })),
    });
    expect(started).toEqual({ kind: 'suspended', node_id: 'a' });
    const resume = () => resumeGovernedAgentWorkflow({ ...base, sessionId: session_id });
    const answers = await Promise.allSettled([resume(), resume()]);
    expect(answers.map((answer) => codeOf(answer))).toContain('completed');
    expect(runtime.calls).toHaveLength(6);
    expect(await resume()).toEqual({ kind: 'completed', completed_node_ids: ['a', 'b'] });
    expect(runtime.calls).toHaveLength(6);
  });
});

const codeOf = (answer: PromiseSettledResult<{ readonly kind: string }>): string =>
  answer.status === 'fulfilled' ? answer.value.kind : (answer.reason as { code: string }).code;
