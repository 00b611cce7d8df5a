/** Approvals with people: who may decide, how many have to agree, and what a vote does. */
import { describe, expect, test } from 'vitest';
import { compileRule, ruleDefinition, type PolicyLayer } from 'troupe/kernel';
import { ALLOW, writes, type Effects } from './desk.ts';
import type { ScenarioDesk } from './scenario-desk.ts';
import { scenario } from './scenario.ts';

const CALL = { tool: 'notes:write', input: { text: 'a' } };
const DONE = { complete: 'Done.' };

const asking = (approval: object): PolicyLayer => ({
  level: 'workspace',
  rules: [
    compileRule(
      ruleDefinition.parse({
        ...{ id: 'ask', decision: 'approval_required', tools: ['notes:*'] },
        approval,
      }),
    ),
  ],
});

async function waiting(desk: ScenarioDesk, effects: Effects, approval: object, by = 'dora') {
  await desk.open([CALL, DONE], { tools: [writes(effects)], policy: [ALLOW, asking(approval)] });
  await desk.start({ metadata: { requested_by: by } });
  expect((await desk.settled()).state).toBe('approval_required');
  const { request_id } = await desk.pending();
  const say = (approved_by: string, approved = true) =>
    desk.runtime.resolveApproval({ request_id, approved, approved_by });
  return { request_id, say };
}

scenario('two have to agree before a call runs, once', async (desk) => {
  const effects: Effects = [];
  const { say } = await waiting(desk, effects, { quorum: 2, approvers: ['anna', 'ben', 'carla'] });
  expect(await say('anna')).toMatchObject({ approved: true, votes_missing: 1 });
  expect((await desk.summary()).state).toBe('approval_required');
  expect(effects).toEqual([]);
  await expect(say('anna')).rejects.toMatchObject({ code: 'APPROVER_NOT_ALLOWED' });
  await expect(say('mallory')).rejects.toMatchObject({ code: 'APPROVER_NOT_ALLOWED' });
  const decided = await say('ben');
  expect(decided.votes_missing).toBeUndefined();
  expect((await desk.settled()).state).toBe('complete');
  expect(effects).toEqual(['a']);
});

scenario('one denial ends what others agreed to', async (desk) => {
  const effects: Effects = [];
  const { say } = await waiting(desk, effects, { quorum: 3 });
  await say('anna');
  await say('ben');
  await say('carla', false);
  expect((await desk.settled()).state).toBe('complete');
  expect(effects).toEqual([]);
  expect((await desk.toldToModel())[0]).toContain('carla declined');
});

scenario('votes do not outlive the time of the approval', async (desk) => {
  const effects: Effects = [];
  const { say } = await waiting(desk, effects, { quorum: 2, expires_in_ms: 60_000 });
  await say('anna');
  desk.clock.advance(60_000);
  await expect.poll(async () => (await desk.summary()).state).toBe('escalate');
  await expect(say('ben')).rejects.toMatchObject({ code: 'APPROVAL_NOT_PENDING' });
  expect(effects).toEqual([]);
});

scenario('who asked may not decide, where the rule says so', async (desk) => {
  const effects: Effects = [];
  const { say } = await waiting(desk, effects, { distinct: true });
  await expect(say('dora')).rejects.toMatchObject({ code: 'APPROVER_NOT_ALLOWED' });
  await expect(say('dora', false)).rejects.toMatchObject({ code: 'APPROVER_NOT_ALLOWED' });
  await say('anna');
  expect((await desk.settled()).state).toBe('complete');
  expect(effects).toEqual(['a']);
});

scenario('an edit does not count as what others would agree to', async (desk) => {
  const effects: Effects = [];
  const { request_id } = await waiting(desk, effects, { quorum: 2 });
  const edited = { request_id, approved: true, approved_by: 'anna', edited_input: { text: 'b' } };
  await expect(desk.runtime.resolveApproval(edited)).rejects.toMatchObject({
    code: 'INVALID_INPUT',
  });
  expect((await desk.pending()).request_id).toBe(request_id);
  expect(effects).toEqual([]);
});

scenario('two who agree at once are two', async (desk) => {
  const effects: Effects = [];
  const { say } = await waiting(desk, effects, { quorum: 2 });
  const answers = await Promise.allSettled([say('anna'), say('ben'), say('anna')]);
  expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
  expect((await desk.settled()).state).toBe('complete');
  expect(effects).toEqual(['a']);
});

describe('a rule that names nobody in common', () => {
  test('lets nobody decide', () => {
    const parsed = ruleDefinition.safeParse({
      ...{ id: 'ask', decision: 'approval_required', tools: ['*'] },
      approval: { approvers: [] },
    });
    expect(parsed.success).toBe(false);
  });
});
