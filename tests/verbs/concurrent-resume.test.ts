/** Two hosts resume one session at the same time: whatever it rests for, each call happens once. */
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  createAgentRuntimeWorkflowStateStore,
  resumeGovernedAgentSession,
  startGovernedAgentSession,
  type ToolExecutor,
} from 'troupe';
import type { ToolOutput } from 'troupe/kernel';
import {
  APPROVAL_REQUIRED,
  asksFor,
  createContext,
  executeTurnInput,
  IDS,
  scriptedKernel,
  turn,
} from './support.ts';

let storageRoot: string;
beforeEach(async () => {
  storageRoot = await mkdtemp(join(tmpdir(), 'troupe-race-'));
});
afterEach(() => rm(storageRoot, { recursive: true, force: true }));

const ok: ToolOutput = { success: true, data: { ok: true } };
const failed: ToolOutput = {
  success: false,
  error: { code: 'PROVIDER_RATE_LIMITED', message: 'slow down' },
};
const asks = asksFor('calendar:create-event');

test('a session that is at work takes no messages, and says so', async () => {
  const begun = Promise.withResolvers<void>();
  const held = Promise.withResolvers<ToolOutput>();
  const script = scriptedKernel([asks, turn('complete')]);
  const runtime: ToolExecutor = {
    executeTool: (name, ...rest) => {
      if (name === 'agent:execute-turn') return script.executeTool(name, ...rest);
      begun.resolve();
      return held.promise;
    },
  };
  const base = { runtime, storageRoot, createContext };
  const started = startGovernedAgentSession({ ...base, executeTurnInput });
  await begun.promise;
  const continuationMessages = [{ role: 'user' as const, content: 'and now?' }];
  await expect(
    resumeGovernedAgentSession({ ...base, sessionId: IDS.session_id, continuationMessages }),
  ).rejects.toMatchObject({ code: 'EVENT_NOT_ACCEPTED' });
  held.resolve(ok);
  expect(await started).toMatchObject({ kind: 'completed', tool_call_count: 1 });
  expect(script.calls).toHaveLength(2);
});

test('a session that was cut off in a turn: two resumes ask the model once', async () => {
  const begun = Promise.withResolvers<void>();
  const held = Promise.withResolvers<ToolOutput>();
  const executeTool = (): Promise<ToolOutput> => {
    begun.resolve();
    return held.promise;
  };
  const base = { storageRoot, createContext, executeTurnInput };
  const started = startGovernedAgentSession({ ...base, runtime: { executeTool } });
  await begun.promise;
  // What stands on the disk now is what a kill would have left.
  const cutOff = join(storageRoot, 'cut-off');
  await cp(join(storageRoot, '.troupe'), join(cutOff, '.troupe'), { recursive: true });
  held.resolve(turn('complete'));
  await started;

  const runtime = scriptedKernel([asks, ok, turn('complete')]);
  const resume = () =>
    resumeGovernedAgentSession({
      ...{ runtime, storageRoot: cutOff, createContext, sessionId: IDS.session_id },
    });
  const answers = await Promise.allSettled([resume(), resume()]);
  for (const answer of answers) {
    if (answer.status === 'fulfilled') expect(answer.value).toMatchObject({ kind: 'completed' });
    else expect(answer.reason).toMatchObject({ code: 'EVENT_NOT_ACCEPTED' });
  }
  expect(runtime.calls).toHaveLength(3);
  await expect(resume()).rejects.toMatchObject({ code: 'EVENT_NOT_ACCEPTED' });
});

test.each([
  ['suspended', [asks, ok]],
  ['waiting_approval', [asksFor('calendar:delete-event'), APPROVAL_REQUIRED]],
  ['error', [failed]],
])('a session that is %s', async (status, before) => {
  const runtime = scriptedKernel([...before, asks, ok, turn('complete')]);
  const base = { runtime, storageRoot, createContext };
  await startGovernedAgentSession({ ...base, executeTurnInput, maxTurnsPerInvocation: 1 });
  const states = createAgentRuntimeWorkflowStateStore({ workspaceRoot: storageRoot });
  expect(await states.load(IDS.session_id)).toMatchObject({ status });

  const resume = (content: string) =>
    resumeGovernedAgentSession({
      ...{ ...base, sessionId: IDS.session_id },
      continuationMessages: [{ role: 'user', content }],
    });
  const answers = await Promise.allSettled([resume('one'), resume('two'), resume('three')]);
  const refused = answers.filter((answer) => answer.status === 'rejected');
  expect(refused.map(({ reason }) => (reason as { code: string }).code)).toEqual([
    'EVENT_NOT_ACCEPTED',
    'EVENT_NOT_ACCEPTED',
  ]);
  expect(runtime.calls).toHaveLength(before.length + 3);
  const state = await states.load(IDS.session_id);
  expect(state).toMatchObject({ status: 'completed' });
  // What a refused host had to say is not in the conversation either.
  const said = state?.messages.filter(({ content }) => ['one', 'two', 'three'].includes(content));
  expect(said).toHaveLength(1);
});
