/** Continuation messages reach the model, once and in their place, whatever comes in between. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  resumeGovernedAgentSession,
  resumeGovernedAgentWorkflow,
  startGovernedAgentSession,
  startGovernedAgentWorkflow,
  type ToolExecutor,
} from 'troupe';
import type { Message } from 'troupe/kernel';
import {
  APPROVAL_REQUIRED,
  asksFor,
  createContext,
  executeTurnInput,
  IDS,
  messagesOf,
  scriptedKernel,
  turn,
} from './support.ts';

const { session_id } = IDS;
const ok = { success: true };
const says = (content: string): Message => ({ role: 'user', content });

let storageRoot: string;
beforeEach(async () => {
  storageRoot = await mkdtemp(join(tmpdir(), 'troupe-messages-'));
});
afterEach(() => rm(storageRoot, { recursive: true, force: true }));

const start = (runtime: ToolExecutor, maxTurnsPerInvocation = 12) =>
  startGovernedAgentSession({
    ...{ runtime, storageRoot, createContext, executeTurnInput, maxTurnsPerInvocation },
  });
const resume = (runtime: ToolExecutor, content: string, maxTurnsPerInvocation = 12) =>
  resumeGovernedAgentSession({
    ...{ runtime, storageRoot, createContext, sessionId: session_id, maxTurnsPerInvocation },
    continuationMessages: [says(content)],
  });

it('keeps the messages where the session waits again before its next turn', async () => {
  const calls = ['a:b', 'a:c'].map((name) => ({ name, input: {} }));
  const both = turn('tool_request', { requested_tool: calls[0], requested_tools: calls });
  const script = [both, APPROVAL_REQUIRED, APPROVAL_REQUIRED, turn('complete')];
  const runtime = scriptedKernel(script);
  await start(runtime);
  expect(await resume(runtime, 'first')).toMatchObject({ kind: 'approval_required' });
  expect(await resume(runtime, 'second')).toMatchObject({ kind: 'completed' });
  const read = messagesOf(runtime.calls.at(-1)).map(({ content }) => content);
  expect(read.slice(-2)).toEqual(['first', 'second']);
});

it('takes no assistant message where a turn has calls open, and says so', async () => {
  const calls = ['a:b', 'a:c'].map((name) => ({ name, input: {} }));
  const both = turn('tool_request', { requested_tool: calls[0], requested_tools: calls });
  const runtime = scriptedKernel([both, APPROVAL_REQUIRED, APPROVAL_REQUIRED, turn('complete')]);
  await start(runtime);
  const base = { runtime, storageRoot, createContext, sessionId: session_id };
  const continuationMessages: Message[] = [{ role: 'assistant', content: 'I said so.' }];
  await expect(resumeGovernedAgentSession({ ...base, continuationMessages })).rejects.toMatchObject(
    { code: 'EVENT_NOT_ACCEPTED' },
  );
  expect(await resume(runtime, 'second')).toMatchObject({ kind: 'completed', tool_call_count: 2 });
});

it('keeps the messages where the budget leaves no turn to read them', async () => {
  const runtime = scriptedKernel([asksFor('a:b'), ok, turn('complete')]);
  await start(runtime, 1);
  expect(await resume(runtime, 'first', 0)).toMatchObject({ kind: 'suspended', turn_count: 1 });
  const resumed = await resume(runtime, 'second');
  expect(resumed.messages.map(({ content }) => content).slice(3, 5)).toEqual(['first', 'second']);
  expect(messagesOf(runtime.calls.at(-1)).at(-1)?.content).toBe('second');
});

const workflow = {
  session_id,
  nodes: [
    { id: 'constructor', execute_turn_input: executeTurnInput },
    {
      id: 'later',
      wake_at: '2026-03-13T09:00:00Z',
      execute_turn_input: executeTurnInput,
    },
  ],
};

it('hands a node that starts the messages for it, and a node only its own', async () => {
  const runtime = scriptedKernel([asksFor('a:b'), ok, turn('complete'), turn('complete')]);
  const base = { runtime, storageRoot, createContext, now: () => '2026-03-13T09:00:00Z' };
  const early = { ...base, now: () => '2026-03-13T08:00:00Z' };
  await startGovernedAgentWorkflow({ ...early, workflow, maxTurnsPerInvocation: 1 });
  const resumed = await resumeGovernedAgentWorkflow({
    ...{ ...base, sessionId: session_id },
    continuationMessagesByNodeId: { later: [says('news')] },
  });
  expect(resumed).toMatchObject({ completed_node_ids: ['constructor', 'later'] });
  const seed = executeTurnInput.messages[0]?.content;
  expect(messagesOf(runtime.calls.at(-1)).map(({ content }) => content)).toEqual([seed, 'news']);
  expect(JSON.stringify(messagesOf(runtime.calls.at(-2)))).not.toContain('news');
});

it.each([
  ['has not come', '2026-03-13T08:30:00Z'],
  ['has come, but another node stops the workflow', '2026-03-13T09:00:00Z'],
])('keeps the messages for a node whose instant %s', async (_, now) => {
  const asks = asksFor('a:b');
  const runtime = scriptedKernel([asks, ok, asks, ok, turn('complete'), turn('complete')]);
  const base = { runtime, storageRoot, createContext, sessionId: session_id };
  const early = { ...base, now: () => '2026-03-13T08:00:00Z', maxTurnsPerInvocation: 1 };
  await startGovernedAgentWorkflow({ ...early, workflow });
  const stopped = await resumeGovernedAgentWorkflow({
    ...{ ...early, now: () => now },
    continuationMessagesByNodeId: { later: [says('news')] },
  });
  expect(stopped).toEqual({ kind: 'suspended', node_id: 'constructor' });
  await resumeGovernedAgentWorkflow({ ...base, now: () => '2026-03-13T10:00:00Z' });
  expect(messagesOf(runtime.calls.at(-1)).map(({ content }) => content)).toEqual([
    executeTurnInput.messages[0]?.content,
    'news',
  ]);
});

it('keeps the messages for a node that had begun and was not reached', async () => {
  const failed = { success: false, error: { code: 'PROVIDER_RATE_LIMITED', message: 'slow' } };
  const asks = asksFor('a:b');
  const done = [turn('complete'), turn('complete')];
  const runtime = scriptedKernel([failed, failed, asks, ok, asks, ok, ...done, ...done]);
  const nodes = ['a', 'b'].map((id) => ({ id, execute_turn_input: executeTurnInput }));
  const base = { runtime, storageRoot, createContext, sessionId: session_id };
  await startGovernedAgentWorkflow({ ...base, workflow: { session_id, nodes } });
  await resumeGovernedAgentWorkflow({ ...base, maxTurnsPerInvocation: 0 });
  await resumeGovernedAgentWorkflow({
    ...{ ...base, maxTurnsPerInvocation: 1 },
    continuationMessagesByNodeId: { a: [says('for a')], b: [says('for b')] },
  });
  expect(await resumeGovernedAgentWorkflow(base)).toMatchObject({ kind: 'completed' });
  const told = JSON.stringify(runtime.calls.map((call) => messagesOf(call)));
  for (const news of ['for a', 'for b']) expect(told).toContain(news);
});

it('refuses messages for a node that is not there', async () => {
  const runtime = scriptedKernel([turn('complete')]);
  const base = { runtime, storageRoot, createContext, now: () => '2026-03-13T08:00:00Z' };
  await startGovernedAgentWorkflow({ ...base, workflow });
  const continuationMessagesByNodeId = { nobody: [says('news')] };
  await expect(
    resumeGovernedAgentWorkflow({ ...base, sessionId: session_id, continuationMessagesByNodeId }),
  ).rejects.toMatchObject({ code: 'INVALID_INPUT' });
});
