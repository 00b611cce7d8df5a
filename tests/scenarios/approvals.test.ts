/** What people do with approvals of a session, and what then runs. */
import { expect } from 'vitest';
import { ALLOW, asks, denies, writes, type Effects } from './desk.ts';
import type { ScenarioDesk } from './scenario-desk.ts';
import { scenario } from './scenario.ts';

const CALL = { tool: 'notes:write', input: { text: 'a' } };
const DONE = { complete: 'done' };

/** Brings the session to where it waits for the approval of its call. */
async function waiting(desk: ScenarioDesk, effects: Effects) {
  const tools = [writes(effects)];
  await desk.open([CALL, DONE], { tools, policy: [ALLOW, asks('notes:write')] });
  await desk.start();
  expect((await desk.settled()).state).toBe('approval_required');
  const request = await desk.pending();
  return { request, yes: { request_id: request.request_id, approved: true, approved_by: 'ana' } };
}

scenario('an approval lets the call run, once, without asking the model again', async (desk) => {
  const effects: Effects = [];
  const { yes } = await waiting(desk, effects);
  const both = await Promise.allSettled([
    desk.runtime.resolveApproval(yes),
    desk.runtime.resolveApproval(yes),
  ]);
  expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  expect(await desk.settled()).toMatchObject({ state: 'complete', turn_count: 2 });
  expect(effects).toEqual(['a']);
});

scenario('an approval that is declined: nothing runs, and the model reads why', async (desk) => {
  const effects: Effects = [];
  const { yes } = await waiting(desk, effects);
  await desk.runtime.resolveApproval({ ...yes, approved: false, reason: 'not today' });
  expect((await desk.settled()).state).toBe('complete');
  expect(effects).toEqual([]);
  expect((await desk.toldToModel())[0]).toMatch(/APPROVAL_DENIED.*not today/);
});

scenario('an approval with another input: exactly that input runs', async (desk) => {
  const effects: Effects = [];
  const { yes } = await waiting(desk, effects);
  await desk.runtime.resolveApproval({ ...yes, edited_input: { text: 'b' } });
  expect((await desk.settled()).state).toBe('complete');
  expect(effects).toEqual(['b']);
});

scenario('an approval expires for good, and a retry asks anew', async (desk) => {
  const effects: Effects = [];
  const { request, yes } = await waiting(desk, effects);
  desk.clock.advance(25 * 60 * 60_000);
  await expect.poll(async () => (await desk.summary()).state).toBe('escalate');
  expect(await desk.settled()).toMatchObject({
    escalation: { reason: 'approval_expired', code: 'APPROVAL_EXPIRED' },
  });
  await expect(desk.runtime.resolveApproval(yes)).rejects.toThrow();
  await (await desk.session()).answer({ action: 'retry' });
  expect((await desk.settled()).state).toBe('approval_required');
  const again = await desk.pending();
  expect(again.request_id).not.toBe(request.request_id);
  await desk.runtime.resolveApproval({ ...yes, request_id: again.request_id });
  expect((await desk.settled()).state).toBe('complete');
  expect(effects).toEqual(['a']);
});

scenario('an approval does not outlive the policy that asked for it', async (desk) => {
  const effects: Effects = [];
  const { yes } = await waiting(desk, effects);
  const policy = [ALLOW, asks('notes:write'), denies('notes:write')];
  await desk.open([DONE], { tools: [writes(effects)], policy });
  await desk.runtime.resolveApproval(yes);
  expect((await desk.settled()).state).toBe('complete');
  expect(effects).toEqual([]);
  expect((await desk.toldToModel())[0]).toContain('POLICY_DENIED');
});

scenario('an approval given under another policy is asked for again', async (desk) => {
  const effects: Effects = [];
  const { request, yes } = await waiting(desk, effects);
  const policy = [ALLOW, asks('notes:write'), asks('notes:other')];
  await desk.open([DONE], { tools: [writes(effects)], policy });
  await desk.runtime.resolveApproval(yes);
  expect((await desk.settled()).state).toBe('approval_required');
  expect((await desk.pending()).request_id).not.toBe(request.request_id);
  expect(effects).toEqual([]);
});

scenario('an approval is over when its session is canceled', async (desk) => {
  const effects: Effects = [];
  const { yes } = await waiting(desk, effects);
  await (await desk.session()).cancel({ by: 'ana', reason: 'no longer needed' });
  expect(await desk.settled()).toMatchObject({ state: 'complete', completion: 'canceled' });
  expect(await desk.runtime.approvals.list()).toEqual([]);
  await expect(desk.runtime.resolveApproval(yes)).rejects.toMatchObject({
    code: 'APPROVAL_NOT_PENDING',
  });
  expect(effects).toEqual([]);
});
