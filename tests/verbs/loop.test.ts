/** The loop and its messages, under a kernel of the host's: the cases O1 to O4. */
import { describe, expect, it, test } from 'vitest';
import {
  buildGovernedToolCatalog,
  createApprovalResolutionMessage,
  createHostContextMessages,
  runGovernedAgentLoop,
} from 'troupe';
import type { ExecutionContext } from 'troupe/kernel';
import {
  APPROVAL_REQUIRED,
  asksFor,
  createContext,
  executeTurnInput,
  messagesOf,
  scriptedKernel,
  turn,
} from './support.ts';

describe('runGovernedAgentLoop', () => {
  it('O1 feeds a denied tool back to the model and goes on', async () => {
    const denied = { success: false, error: { code: 'POLICY_DENIED', message: 'no' } };
    const runtime = scriptedKernel([asksFor('email:send'), denied, turn('reply')]);
    const result = await runGovernedAgentLoop({ runtime, executeTurnInput, createContext });

    expect(runtime.calls.map(({ metadata }) => metadata)).toEqual([
      { agent_turn_index: 0, agent_tool_call_count: 0 },
      { agent_intent: 'scheduling', agent_turn_index: 0, agent_tool_call_count: 0 },
      { agent_turn_index: 1, agent_tool_call_count: 1 },
    ]);
    const last = messagesOf(runtime.calls[2]).at(-1);
    expect(last).toMatchObject({ role: 'tool', tool_name: 'email:send' });
    expect(last?.content).toContain('POLICY_DENIED');
    expect(result).toMatchObject({
      kind: 'completed',
      turn_count: 2,
      tool_call_count: 1,
      final_turn: { status: 'reply' },
    });
    expect(result.history[0]).toMatchObject({
      turn_index: 0,
      tool_call_id: 'agent-runtime-tool-call-1',
      tool_output: { error: { code: 'POLICY_DENIED' } },
    });
  });

  it('O2 stops at a call that requires approval', async () => {
    const runtime = scriptedKernel([asksFor('calendar:delete-event'), APPROVAL_REQUIRED]);
    const result = await runGovernedAgentLoop({ runtime, executeTurnInput, createContext });
    expect(result).toMatchObject({
      kind: 'approval_required',
      pending_request_id: 'request-9',
      requested_tool: { name: 'calendar:delete-event', input: {} },
      turn_count: 1,
      tool_call_count: 1,
    });
  });

  it("keeps the assistant's own turns in the transcript", async () => {
    const ok = { success: true, data: { ok: true } };
    const runtime = scriptedKernel([asksFor('calendar:create-event'), ok, turn('complete')]);
    const result = await runGovernedAgentLoop({ runtime, executeTurnInput, createContext });
    expect(result.messages.map(({ role }) => role)).toEqual([
      'user',
      'assistant',
      'tool',
      'assistant',
    ]);
    expect(messagesOf(runtime.calls[2]).map(({ role }) => role)).toEqual([
      'user',
      'assistant',
      'tool',
    ]);
  });

  test.each([
    [
      'a turn that asks for a tool and names none is a completed run',
      [turn('tool_request')],
      { kind: 'completed', final_turn: { status: 'tool_request' }, tool_call_count: 0 },
    ],
    ['a turn of status escalate is a completed run', [turn('escalate')], { kind: 'completed' }],
    [
      'a failed turn is an error with its code',
      [{ success: false, error: { code: 'PROVIDER_RATE_LIMITED', message: 'slow down' } }],
      { kind: 'error', stage: 'execute_turn', error: { code: 'PROVIDER_RATE_LIMITED' } },
    ],
    [
      'an output that is no turn is INVALID_OUTPUT',
      [{ success: true, data: { status: 'nonsense' } }],
      { kind: 'error', stage: 'execute_turn', error: { code: 'INVALID_OUTPUT' } },
    ],
  ])('%s', async (_, outputs, expected) => {
    const runtime = scriptedKernel(outputs);
    const result = await runGovernedAgentLoop({ runtime, executeTurnInput, createContext });
    expect(result).toMatchObject(expected);
  });

  it('does nothing with maxTurns 0, and says so', async () => {
    const runtime = scriptedKernel([]);
    const options = { runtime, executeTurnInput, createContext, maxTurns: 0 };
    expect(await runGovernedAgentLoop(options)).toMatchObject({
      kind: 'error',
      stage: 'loop_limit',
      error: { code: 'AGENT_RUNTIME_LOOP_LIMIT_EXCEEDED' },
    });
    expect(runtime.calls).toEqual([]);
  });

  it('lets what executeTool throws through', async () => {
    const runtime = { executeTool: () => Promise.reject(new Error('the kernel is gone')) };
    const run = runGovernedAgentLoop({ runtime, executeTurnInput, createContext });
    await expect(run).rejects.toThrow('the kernel is gone');
  });
});

describe('messages', () => {
  it('O3 builds host context and approval messages to the byte', () => {
    const context = {
      task_summary: ' Move it. ',
      memory_summary: 'Mornings.',
      additional_context: ['a', ' '],
    };
    expect(createHostContextMessages(context)).toEqual([
      { role: 'system', content: 'Task context:\nMove it.' },
      { role: 'system', content: 'Memory context:\nMornings.' },
      { role: 'system', content: 'Additional context:\na' },
    ]);
    const news = {
      requestId: 'r-1',
      approved: true,
      approvedBy: 'op',
      toolName: 'a:b',
      reason: 'ok',
    };
    expect(createApprovalResolutionMessage(news)).toEqual({
      role: 'tool',
      tool_name: 'a:b',
      tool_call_id: 'r-1',
      content: '{"approval":{"request_id":"r-1","approved":true,"approved_by":"op","reason":"ok"}}',
    });
    const plain = { requestId: 'r-2', approved: false, approvedBy: 'op' };
    expect(createApprovalResolutionMessage(plain)).toMatchObject({
      tool_name: 'kernel:approval',
      content: '{"approval":{"request_id":"r-2","approved":false,"approved_by":"op"}}',
    });
  });

  it('O4 makes a catalog of what is governed, without the turn tool', async () => {
    const asked: ExecutionContext[] = [];
    const entry = (name: string, decision: string) => ({
      decision,
      capability: { name, description: `Does ${name}`, input_schema: {} },
    });
    const toolHost = {
      listGovernedTools: (context: ExecutionContext) => {
        asked.push(context);
        const tools = [
          entry('agent:execute-turn', 'allow'),
          entry('calendar:create-event', 'allow'),
          entry('calendar:delete-event', 'approval_required'),
        ];
        return tools as never;
      },
    };
    const context = createContext({ agent_intent: 'scheduling' });
    expect(await buildGovernedToolCatalog({ toolHost, context })).toEqual([
      { name: 'calendar:create-event', description: 'Does calendar:create-event' },
      { name: 'calendar:delete-event', description: 'Does calendar:delete-event' },
    ]);
    expect(asked).toEqual([context]);
  });
});
