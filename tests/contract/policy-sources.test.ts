/** Policy from layers, intents and packs reaches a real call (Q15 to Q17, Q20, Q21, M2). */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createRuntime, initializeKernelRuntime, type Runtime } from 'troupe';
import type { PolicyRule } from 'troupe/kernel';
import { tool, workspace } from './printed-workspace.ts';

const CONTEXT = { run_id: 'run-1', task_id: 'task-1', session_id: 'host-1' };
const PACK = `
id: notes
version: 1.0.0
allowed_scopes: []
tools:
  - name: notes:list
    description: Lists notes.
    entry: tools.ts#list
    input_schema: { type: object }
policies:
  - { id: notes-ask, decision: approval_required, tools: ['notes:list'] }
`;

let folder: string;
let runtime: Runtime | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'troupe-policy-'));
});
afterEach(async () => {
  await runtime?.close();
  runtime = undefined;
  await rm(folder, { recursive: true, force: true });
});

async function underRule(rule: Omit<PolicyRule, 'id' | 'trigger'>): Promise<Runtime> {
  const rules = [{ ...rule, id: 'host.rule', trigger: 'on_tool_request' } as const];
  const layers = [{ level: 'workspace', default_decision: 'allow', rules } as const];
  runtime = await createRuntime({ tools: [tool('calendar:create-event')], layers });
  return runtime;
}

async function underPrinted(): Promise<Runtime> {
  await writeFile(join(folder, 'workspace.yaml'), workspace('https://models.internal.example/'));
  runtime = await initializeKernelRuntime({
    ...{ workspaceRoot: folder, tools: [tool('calendar:delete-event')] },
    system: { environment: { AGENT_RUNTIME_API_KEY: 'a-key-that-nobody-uses' } },
  });
  return runtime;
}

test('Q15 a rule of a layer asks for approval, and the message says so', async () => {
  const asking = await underRule({ decision: 'approval_required' });
  const output = await asking.executeTool('calendar:create-event', {}, CONTEXT);
  expect(output).toMatchObject({ success: false, error: { code: 'APPROVAL_REQUIRED' } });
  expect(output.error?.message).toContain('approval');
});

test('Q16 a policy of a manifest asks for approval of the tools of its pack', async () => {
  await mkdir(join(folder, 'packs/notes'), { recursive: true });
  await writeFile(join(folder, 'packs/notes/manifest.yaml'), PACK);
  await writeFile(join(folder, 'packs/notes/tools.ts'), 'export const list = () => [];');
  const pin = '{ id: notes, version: 1.0.0, integrity: dev, source: local }';
  await writeFile(join(folder, 'workspace.yaml'), `packs: [${pin}]\n`);
  runtime = await createRuntime({ workspace: folder });
  const output = await runtime.executeTool('notes:list', {}, CONTEXT);
  expect(output.error).toMatchObject({
    code: 'APPROVAL_REQUIRED',
    details: { tool_name: 'notes:list' },
  });
});

test.each([
  ['night', 'POLICY_DENIED'],
  ['scheduling', undefined],
])('Q17 the intent of a call reaches the condition: %s', async (agent_intent, code) => {
  const when: PolicyRule['when'] = ({ execution_metadata }) =>
    execution_metadata?.['agent_intent'] === 'night';
  const denying = await underRule({ decision: 'deny', when });
  const context = { ...CONTEXT, metadata: { agent_intent } };
  const { error } = await denying.executeTool('calendar:create-event', {}, context);
  expect(error?.code).toBe(code);
});

test('Q20 the intents of the configuration ask for approval', async () => {
  const opened = await underPrinted();
  const context = { ...CONTEXT, metadata: { agent_intent: 'scheduling' } };
  const { error } = await opened.executeTool('calendar:delete-event', {}, context);
  expect(error?.code).toBe('APPROVAL_REQUIRED');
  expect(JSON.stringify(error?.details)).toContain('agent-runtime.policy.intent-approval');
});

test('Q21 a decision that is none keeps the runtime from starting', async () => {
  await writeFile(join(folder, 'workspace.yaml'), workspace('https://models.internal.example/'));
  const rule = { id: 'host.rule', trigger: 'on_tool_request', decision: 'maybe' };
  const policyLayers = [{ level: 'pack', rules: [rule] }] as never;
  await expect(
    initializeKernelRuntime({ workspaceRoot: folder, policyLayers }),
  ).rejects.toMatchObject({
    code: 'CONFIGURATION_ERROR',
    message: expect.stringContaining('host.rule: decision must be one of') as string,
  });
});

test('M2 there is one turn tool, with its permission and variables', async () => {
  const opened = await underPrinted();
  const governed = await opened.getToolHost().listGovernedTools(CONTEXT);
  const own = governed.filter(({ capability }) => capability.name.startsWith('agent:'));
  expect(own.map(({ capability }) => capability.name)).toEqual(['agent:execute-turn']);
  expect(own[0]?.capability).toMatchObject({
    permission: 'write',
    required_env: ['AGENT_RUNTIME_API_KEY', 'PLANNER_API_KEY', 'PLANNER_BASE_URL'],
  });
});
