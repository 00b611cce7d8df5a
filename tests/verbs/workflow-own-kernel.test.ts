/** Workflows under our own runtime: an approval in a node leads to the call it is for, once. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  createRuntime,
  defineTool,
  resumeGovernedAgentWorkflow,
  startGovernedAgentWorkflow,
  type Runtime,
} from 'troupe';
import { scriptedModel } from 'troupe/testing';
import { createContext, executeTurnInput, IDS } from './support.ts';

const { session_id } = IDS;
const WORKSPACE = `
agent_runtime:
  default_model: default
  models:
    default:
      provider: messages_compatible
      model: ops-assistant
      api_key_env: AGENT_RUNTIME_API_KEY
      base_url: https://models.internal.example/
  intents:
    scheduling:
      description: Schedule or reschedule work
      allow_tools: []
      approval_required_tools: ['calendar:delete-event']
`;
const deletion = { tool: 'calendar:delete-event', input: { id: 'e1' }, intent: 'scheduling' };
const done = { complete: 'Done.', intent: 'scheduling' };

let folder: string;
let deleted: string[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'troupe-workflow-'));
  deleted = [];
  await writeFile(join(folder, 'workspace.yaml'), WORKSPACE);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const remove = defineTool({
  name: 'calendar:delete-event',
  description: 'Deletes an event.',
  input: z.strictObject({ id: z.string() }),
  run: ({ id }) => {
    deleted.push(id);
    return { deleted: id };
  },
});
const open = (script: Parameters<typeof scriptedModel>[0]): Promise<Runtime> =>
  createRuntime({
    workspace: folder,
    tools: [remove],
    models: { default: scriptedModel(script) },
    recover: false,
  });

describe.each([
  ['the same store', () => folder],
  ['a store of its own', () => join(folder, 'elsewhere')],
])('an approval in a node, %s', (_, rootOf) => {
  const input = { ...executeTurnInput, url: 'in-process:' };
  const nodes = [
    { id: 'a', execute_turn_input: input },
    { id: 'b', execute_turn_input: input, depends_on: ['a'] },
  ];
  const start = (runtime: Runtime) =>
    startGovernedAgentWorkflow({
      ...{ runtime, createContext, storageRoot: rootOf(), workflow: { session_id, nodes } },
    });
  const resume = (runtime: Runtime) =>
    resumeGovernedAgentWorkflow({
      ...{ runtime, createContext, storageRoot: rootOf(), sessionId: session_id },
    });

  it.each([
    [true, ['e1']],
    [false, []],
  ])('approved %s, runs the call so often: %j', async (approved, expected) => {
    const runtime = await open([deletion, done, done]);
    const waiting = await start(runtime);
    expect(waiting).toMatchObject({
      kind: 'approval_required',
      node_id: 'a',
      requested_tool: { name: 'calendar:delete-event', input: { id: 'e1' } },
    });
    expect(await resume(runtime)).toEqual(waiting);
    expect(deleted).toEqual([]);
    const [request_id = ''] = 'pending_request_id' in waiting ? [waiting.pending_request_id] : [];
    await runtime.resolveApproval({ request_id, approved, approved_by: 'op' });
    const completed = { kind: 'completed', completed_node_ids: ['a', 'b'] };
    expect(await resume(runtime)).toEqual(completed);
    expect(deleted).toEqual(expected);
    expect(await resume(runtime)).toEqual(completed);
    expect(deleted).toEqual(expected);
    for await (const chain of runtime.evidence.sessions()) {
      expect(await runtime.evidence.verify(chain)).toMatchObject({ ok: true });
    }
    await runtime.close();
  });
});

it('keeps the id of a workflow from sessions that are started beside it', async () => {
  const runtime = await open([deletion, done]);
  const nodes = [{ id: 'a', execute_turn_input: { ...executeTurnInput, url: 'in-process:' } }];
  await startGovernedAgentWorkflow({
    ...{ runtime, createContext, storageRoot: folder, workflow: { session_id, nodes } },
  });
  const refused = { code: 'SESSION_EXISTS' };
  const { sessions } = runtime;
  await expect(sessions.start({ session_id, message: 'go' })).rejects.toMatchObject(refused);
  const other = await sessions.start({ session_id: 'other', message: 'go' });
  await other.settled();
  await expect(
    sessions.fork({ session_id: 'other', new_session_id: session_id }),
  ).rejects.toMatchObject(refused);
  await runtime.close();
});
