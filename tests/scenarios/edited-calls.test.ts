/** An edited call is decided on with all that the call itself was decided on with. */
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createRuntime, defineTool } from 'troupe';
import { scriptedModel } from 'troupe/testing';
import { agentRuntimeLayer, type PolicyLayer, type PolicyRule } from 'troupe/kernel';

const ASK: PolicyRule = {
  ...{ id: 'ask', trigger: 'on_tool_request', decision: 'approval_required' },
  when: ({ tool_name }) => tool_name === 'email:send',
};
/** Two have to agree where a bank writes to somebody else. */
const TWO: PolicyRule = {
  ...{ id: 'two', trigger: 'on_tool_request', decision: 'approval_required' },
  approval: { quorum: 2 },
  when: ({ tool_name, tool_arguments, execution_metadata }) =>
    tool_name === 'email:send' &&
    execution_metadata?.['tenant'] === 'bank' &&
    !String(tool_arguments?.['to']).endsWith('@example.com'),
};
const LAYERS: readonly PolicyLayer[] = [
  agentRuntimeLayer(undefined),
  { level: 'workspace', rules: [ASK, TWO] },
];
const INWARD = { to: 'a@example.com' };
const OUTWARD = { to: 'b@example.net' };

async function open() {
  const sent: string[] = [];
  const send = defineTool({
    name: 'email:send',
    description: 'Sends a message.',
    input: z.strictObject({ to: z.string() }),
    run: ({ to }) => void sent.push(to),
  });
  const script = [{ tool: 'email:send', input: INWARD }, { complete: 'Done.' }];
  const model = scriptedModel(script);
  const runtime = await createRuntime({ tools: [send], layers: LAYERS, model });
  const edit = async () => {
    const [request] = await runtime.approvals.list();
    const request_id = request?.request_id ?? '';
    const decision = { request_id, approved: true, approved_by: 'ana', edited_input: OUTWARD };
    return runtime.resolveApproval(decision);
  };
  return { runtime, sent, edit };
}

describe('an edit to what needs two does not make do with one', () => {
  test('in a session, by the metadata that it was started with', async () => {
    const { runtime, sent, edit } = await open();
    const session = await runtime.sessions.start({ message: 'go', metadata: { tenant: 'bank' } });
    expect((await session.settled()).state).toBe('approval_required');
    await expect(edit()).rejects.toMatchObject({
      ...{ code: 'INVALID_INPUT', message: expect.stringContaining('1 more to agree') as string },
    });
    expect(sent).toEqual([]);
    await runtime.close();
  });

  test('for a host, by the metadata that it called with', async () => {
    const { runtime, sent, edit } = await open();
    const metadata = { tenant: 'bank' };
    const context = { run_id: 'r', task_id: 't', session_id: 'h', metadata };
    const { error } = await runtime.executeTool('email:send', INWARD, context);
    expect(error?.code).toBe('APPROVAL_REQUIRED');
    await expect(edit()).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    await runtime.executeTool('email:send', OUTWARD, context);
    expect(sent).toEqual([]);
    await runtime.close();
  });
});

test('where no rule asks for two, one edits and it runs', async () => {
  const { runtime, sent, edit } = await open();
  const session = await runtime.sessions.start({ message: 'go', metadata: { tenant: 'shop' } });
  await session.settled();
  await edit();
  expect((await session.settled()).state).toBe('complete');
  expect(sent).toEqual([OUTWARD.to]);
  await runtime.close();
});
