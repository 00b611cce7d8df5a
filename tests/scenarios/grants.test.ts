/** What an approver grants beside one call, and what then runs without a question. */
import { expect } from 'vitest';
import { z } from 'zod';
import { defineTool, type RuntimeOptions } from 'troupe';
import { compileRule, ruleDefinition, type PolicyLayer, type StartedEntry } from 'troupe/kernel';
import { ALLOW, asks, denies, writes, type Effects } from './desk.ts';
import type { ScenarioDesk } from './scenario-desk.ts';
import { scenario } from './scenario.ts';

const HOUR_MS = 60 * 60_000;
const HOUR = { expires_in_ms: HOUR_MS };
const NOTE = 'notes:write';
const note = (text: string) => ({ tool: NOTE, input: { text } });
const DONE = { complete: 'Done.' };

const asking = (change: object): PolicyLayer => ({
  level: 'workspace',
  rules: [
    compileRule(
      ruleDefinition.parse({
        ...{ id: 'ask', decision: 'approval_required', tools: [NOTE] },
        ...change,
      }),
    ),
  ],
});

interface Scene {
  readonly texts: readonly string[];
  readonly policy?: readonly PolicyLayer[];
  readonly metadata?: Record<string, unknown>;
}

/** Brings a session to the approval of the first of its notes. */
async function waiting(desk: ScenarioDesk, { texts, policy = [asks(NOTE)], metadata }: Scene) {
  const effects: Effects = [];
  await desk.open([...texts.map(note), DONE], {
    ...{ tools: [writes(effects)], policy: [ALLOW, ...policy] },
  });
  await desk.start({ ...(metadata && { metadata }) });
  expect((await desk.settled()).state).toBe('approval_required');
  const { request_id } = await desk.pending();
  return { effects, request_id };
}

/** Approves what waits; answers where the session comes to rest. */
async function approve(desk: ScenarioDesk, change: object = {}): Promise<string> {
  const { request_id } = await desk.pending();
  const yes = { request_id, approved: true, approved_by: 'anna', ...change };
  await desk.runtime.resolveApproval(yes);
  return (await desk.settled()).state;
}

/** The starts of notes: on what, and on whose word. */
async function starts(desk: ScenarioDesk): Promise<readonly (readonly unknown[])[]> {
  const entries = await Array.fromAsync(desk.runtime.evidence.read('s'));
  return entries
    .filter((entry): entry is StartedEntry => entry.kind === 'tool_call_started')
    .filter(({ tool_name }) => tool_name === NOTE)
    .map(({ basis, request_id }) => [basis, request_id]);
}

scenario('the same call runs again without a question, and says on whose word', async (desk) => {
  const { effects, request_id } = await waiting(desk, { texts: ['a', 'a', 'a'] });
  expect(await approve(desk, { grant: HOUR })).toBe('complete');
  expect(effects).toEqual(['a', 'a', 'a']);
  expect(await starts(desk)).toEqual([
    ['approval', request_id],
    ['grant', request_id],
    ['grant', request_id],
  ]);
});

scenario('another call asks, and an approval without a grant grants nothing', async (desk) => {
  const { effects } = await waiting(desk, { texts: ['a', 'b', 'a', 'b'] });
  expect(await approve(desk, { grant: HOUR })).toBe('approval_required');
  expect(await approve(desk)).toBe('approval_required');
  expect(effects).toEqual(['a', 'b', 'a']);
  expect(await approve(desk)).toBe('complete');
});

scenario('what may vary varies, within its type', async (desk) => {
  const effects: Effects = [];
  const tool = defineTool({
    ...{ name: NOTE, description: 'Writes a note.' },
    input: z.strictObject({ to: z.string(), text: z.union([z.string(), z.number()]) }),
    run: ({ to, text }) => void effects.push(`${to} ${text}`),
  });
  const calls = [
    { to: 'ben', text: 'a' },
    { to: 'ben', text: 'b' },
    { to: 'ben', text: 1 },
    { to: 'carla', text: 'a' },
  ].map((input) => ({ tool: NOTE, input }));
  await desk.open([...calls, DONE], { tools: [tool], policy: [ALLOW, asks(NOTE)] });
  await desk.start();
  await desk.settled();
  expect(await approve(desk, { grant: { ...HOUR, vary: ['/text'] } })).toBe('approval_required');
  expect(effects).toEqual(['ben a', 'ben b']);
  expect((await desk.pending()).input).toEqual({ to: 'ben', text: 1 });
  expect(await approve(desk)).toBe('approval_required');
  expect((await desk.pending()).input).toEqual({ to: 'carla', text: 'a' });
});

scenario('a grant ends at its instant, also when the clock goes back', async (desk) => {
  const { effects } = await waiting(desk, { texts: ['a', 'b', 'a'] });
  await approve(desk, { grant: HOUR });
  expect(await desk.runtime.approvals.grants('s')).toHaveLength(1);
  desk.clock.advance(HOUR_MS);
  expect(await desk.runtime.approvals.grants('s')).toEqual([]);
  expect(await approve(desk)).toBe('approval_required');
  expect((await desk.pending()).input).toEqual({ text: 'a' });
  desk.clock.set(new Date(desk.clock.now() - HOUR_MS / 2).toISOString());
  expect(await desk.runtime.approvals.grants('s')).toEqual([]);
  expect(effects).toEqual(['a', 'b']);
});

scenario('a grant that is revoked grants nothing more', async (desk) => {
  const { effects, request_id } = await waiting(desk, { texts: ['a', 'b', 'a'] });
  await approve(desk, { grant: HOUR });
  await desk.runtime.approvals.revoke({ request_id, revoked_by: 'ben' });
  const again = desk.runtime.approvals.revoke({ request_id, revoked_by: 'ben' });
  await expect(again).rejects.toMatchObject({ code: 'APPROVAL_NOT_PENDING' });
  expect(await approve(desk)).toBe('approval_required');
  expect(effects).toEqual(['a', 'b']);
  expect(await desk.kinds()).toContain('grant_revoked notes:write');
});

scenario('another policy asks again', async (desk) => {
  const { effects } = await waiting(desk, { texts: ['a', 'b', 'a'] });
  await approve(desk, { grant: HOUR });
  const script = [note('a'), note('a'), DONE];
  const policy = [ALLOW, asks(NOTE), denies('notes:read')];
  await desk.open(script, { tools: [writes(effects)], policy });
  expect(await approve(desk)).toBe('approval_required');
  expect((await desk.pending()).input).toEqual({ text: 'b' });
  expect(await approve(desk)).toBe('approval_required');
  expect((await desk.pending()).input).toEqual({ text: 'a' });
  expect(effects).toEqual(['a', 'b']);
});

scenario('policy denies a call that is granted', async (desk) => {
  const late = { decision: 'deny', id: 'late', when: { after: [{ tools: [NOTE] }] } };
  const { effects } = await waiting(desk, {
    ...{ texts: ['a', 'a'], policy: [asks(NOTE), asking(late)] },
  });
  expect(await approve(desk, { grant: HOUR })).toBe('complete');
  expect(effects).toEqual(['a']);
});

scenario('terms that the grantor does not meet ask again', async (desk) => {
  const strict = {
    ...{ id: 'strict', when: { after: [{ tools: [NOTE] }] } },
    approval: { approvers: ['ben'] },
  };
  const { effects } = await waiting(desk, {
    ...{ texts: ['a', 'a'], policy: [asks(NOTE), asking(strict)] },
  });
  expect(await approve(desk, { grant: HOUR })).toBe('approval_required');
  expect(effects).toEqual(['a']);
  expect(await approve(desk, { approved_by: 'ben' })).toBe('complete');
});

scenario('who asked cannot be told apart from the grantor: it counts for nobody', async (desk) => {
  const { effects } = await waiting(desk, {
    ...{ texts: ['a', 'a'], metadata: { requested_by: 'dora' } },
    policy: [asking({ approval: { distinct: true, approvers: ['dora', 'anna'] } })],
  });
  const { request_id } = await desk.pending();
  const own = { request_id, approved: true, approved_by: 'dora', grant: HOUR };
  await expect(desk.runtime.resolveApproval(own)).rejects.toMatchObject({
    code: 'APPROVER_NOT_ALLOWED',
  });
  expect(await approve(desk, { grant: HOUR })).toBe('complete');
  expect(effects).toEqual(['a', 'a']);
});

scenario('a call that is declined meanwhile is asked about each time', async (desk) => {
  const strict = {
    ...{ id: 'strict', when: { arguments: [{ pointer: '/text', equals: 'b' }] } },
    approval: { approvers: ['ben'] },
  };
  const { effects } = await waiting(desk, {
    ...{ texts: ['a', 'b', 'c', 'b'], policy: [asks(NOTE), asking(strict)] },
  });
  expect(await approve(desk, { grant: { ...HOUR, vary: ['/text'] } })).toBe('approval_required');
  expect(await approve(desk, { approved: false, approved_by: 'ben' })).toBe('approval_required');
  expect((await desk.pending()).input).toEqual({ text: 'b' });
  expect(effects).toEqual(['a', 'c']);
});

/** Hangs in its second run, until its process ends. */
function hangsOnce(effects: Effects) {
  let isFirst = true;
  return defineTool({
    ...{ name: NOTE, description: 'Writes a note.', recovery: 'retry' },
    input: z.strictObject({ text: z.string() }),
    run: ({ text }) => {
      effects.push(text);
      if (effects.length !== 2 || !isFirst) return { written: text };
      isFirst = false;
      return new Promise(() => {});
    },
  });
}

/** Brings a session to where its second note, which was granted, is cut off by a crash. */
async function cutOff(desk: ScenarioDesk): Promise<{ effects: Effects; again: RuntimeOptions }> {
  const effects: Effects = [];
  const again = { tools: [hangsOnce(effects)], policy: [ALLOW, asks(NOTE)] };
  await desk.open([note('a'), note('a'), DONE], again);
  await desk.start();
  await (await desk.session()).settled();
  const { request_id } = await desk.pending();
  await desk.runtime.resolveApproval({
    ...{ request_id, approved: true, approved_by: 'anna', grant: HOUR },
  });
  await expect.poll(() => effects).toEqual(['a', 'a']);
  await desk.crash();
  return { effects, again };
}

scenario('a granted call that a crash cut off goes on where its tool says retry', async (desk) => {
  const { effects, again } = await cutOff(desk);
  await desk.open([DONE], again);
  expect((await desk.settled()).state).toBe('complete');
  expect(effects).toEqual(['a', 'a', 'a']);
  expect((await starts(desk)).map(([basis]) => basis)).toEqual(['approval', 'grant', 'grant']);
});

scenario('a granted call that a crash cut off is in doubt when its time is up', async (desk) => {
  const { effects, again } = await cutOff(desk);
  desk.clock.advance(HOUR_MS);
  await desk.open([DONE], again);
  expect(await desk.settled()).toMatchObject({
    ...{ state: 'escalate', escalation: { reason: 'in_doubt' } },
  });
  expect(effects).toEqual(['a', 'a']);
});
