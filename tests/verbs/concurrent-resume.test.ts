/** Two hosts resume one session at the same time: whatever it rests for, each call happens once. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  createAgentRuntimeWorkflowStateStore,
  resumeGovernedAgentSession,
  startGovernedAgentSession,
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
