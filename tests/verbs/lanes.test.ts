/** What a host starts, or brings over, under our kernel stays in the lane in which it began. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import {
  createAgentRuntimeWorkflowStateStore,
  createRuntime,
  resumeGovernedAgentSession,
  startGovernedAgentSession,
  type Runtime,
  type RuntimeOptions,
} from 'troupe';
import { scriptedModel } from 'troupe/testing';
import { writes, type Effects } from '../scenarios/desk.ts';
import { createContext, executeTurnInput, IDS } from './support.ts';

const WORKSPACE = `
troupe: { policy: { default_decision: allow } }
lanes:
  - id: front
    title: Front
    policy_overrides: [{ id: front.no-writes, decision: deny, tools: ['notes:write'] }]
  - { id: back, title: Back }
`;
const READ = { tool: 'notes:read', input: { text: 'read' } };
const LATER = [{ tool: 'notes:write', input: { text: 'written' } }, { complete: 'Done.' }];

let folder: string;
let effects: Effects;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'troupe-lanes-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  effects = [];
  await writeFile(join(folder, 'workspace.yaml'), WORKSPACE);
});

async function open(
  lane: string,
  script: Parameters<typeof scriptedModel>[0],
  options: RuntimeOptions = {},
): Promise<Runtime> {
  const tools = [writes(effects), writes(effects, 'notes:read')];
  const models = { default: scriptedModel(script) };
  const runtime = await createRuntime({ workspace: folder, lane, tools, models, ...options });
  onTestFinished(() => runtime.close());
  return runtime;
}

const input = { ...executeTurnInput, url: 'in-process:' };
const on = (runtime: Runtime) => ({ runtime, storageRoot: folder, createContext });
const resume = (runtime: Runtime) =>
  resumeGovernedAgentSession({ ...on(runtime), sessionId: IDS.session_id });

async function start(runtime: Runtime): Promise<void> {
  const options = { ...on(runtime), executeTurnInput: input, maxTurnsPerInvocation: 1 };
  expect((await startGovernedAgentSession(options)).kind).toBe('suspended');
  await runtime.close();
}

/** A session as the earlier system left it. */
async function leave(): Promise<void> {
  const instant = '2026-03-13T08:00:00.000Z';
  await createAgentRuntimeWorkflowStateStore({ workspaceRoot: folder }).save({
    ...{ schema_version: 1, ...IDS, status: 'suspended' },
    ...{ created_at: instant, updated_at: instant, execute_turn_input: input },
    ...{ messages: input.messages, history: [], turn_count: 0, tool_call_count: 0 },
    continuations: [],
  });
}

test.each([
  ['front', ['read']],
  ['back', ['read', 'written']],
])('a session that was started in lane %s', async (lane, expected) => {
  await start(await open(lane, [READ]));
  const other = await open(lane === 'front' ? 'back' : 'front', LATER);
  expect((await resume(other)).kind).toBe('completed');
  expect(effects).toEqual(expected);
});

test.each([
  ['front', []],
  ['back', ['written']],
])('a session that was brought over in lane %s', async (lane, expected) => {
  await leave();
  const runtime = await open(lane, LATER);
  expect((await resume(runtime)).kind).toBe('completed');
  expect(effects).toEqual(expected);
  const [first] = await Array.fromAsync(runtime.evidence.read(IDS.session_id));
  expect(first).toMatchObject({ kind: 'session_started', details: { lane_id: lane } });
});
