/** What a session does not take moves nothing of it, and the host is told in its own words. */
import { describe, expect, onTestFinished, test } from 'vitest';
import { createRuntime, type Runtime, type SessionHandle } from 'troupe';
import type { EvidenceEntry, PolicyLayer } from 'troupe/kernel';
import { memoryStore, scriptedModel, type ScriptedModel } from 'troupe/testing';
import { ALLOW, asks, writes } from '../scenarios/desk.ts';

type Lines = Parameters<typeof scriptedModel>[0];
type Move = (session: SessionHandle) => Promise<unknown>;

const LATER = '2099-01-01T00:00:00Z';
const send: Move = (session) => session.send('more');
const schedule: Move = (session) => session.schedule(LATER);
const resume: Move = (session) => session.resume();
const cancel: Move = (session) => session.cancel();
const retry: Move = (session) => session.answer({ action: 'retry' });
const giveResult: Move = (session) => session.answer({ action: 'use_result', output: 1 });

const WRITE = { tool: 'notes:write', input: { text: 'x' } };

async function open(model: ScriptedModel, store = memoryStore()): Promise<Runtime> {
  const policy: readonly PolicyLayer[] = [ALLOW, asks('notes:write')];
  const tools = [writes([])];
  const runtime = await createRuntime({ store, model, tools, policy, recover: false });
  onTestFinished(() => runtime.close(0));
  return runtime;
}

const entriesOf = (session: SessionHandle): Promise<EvidenceEntry[]> =>
  Array.fromAsync(session.evidence());

// prettier-ignore
test.each<[stands: string, lines: Lines, move: Move, refusal: string]>([
  ['idle', [{ reply: 'Hi' }], retry, 'waits for a message; it takes an answer when it is escalated'],
  ['idle', [{ reply: 'Hi' }], resume, 'waits for a message; it goes on when it is paused, or its time has come'],
  ['over', [{ complete: 'Bye' }], send, 'is over; it takes a message when it waits for one'],
  ['over', [{ complete: 'Bye' }], cancel, 'is over; it can be canceled until it is over'],
  ['asking', [WRITE], schedule, 'waits for a decision on an approval; it can be scheduled when it waits for a message'],
  ['escalated', [{ escalate: 'No' }], send, 'waits for an answer to its escalation; it takes a message when it waits for one'],
  ['escalated', [{ escalate: 'No' }], giveResult, 'waits for an answer to its escalation; it takes a result when it is escalated at a call'],
])('%s: what it does not take is refused', async (_, lines, move, refusal) => {
  const runtime = await open(scriptedModel(lines));
  const session = await runtime.sessions.start({ session_id: 's', message: 'go' });
  const before = await session.settled();
  await expect(move(session)).rejects.toMatchObject({
    code: 'EVENT_NOT_ACCEPTED',
    message: `Session s ${refusal}`,
  });
  expect(await session.summary()).toEqual(before);
});

describe('a session that was interrupted in a turn', () => {
  test.each<[string, Move]>([
    ['a message', send],
    ['an answer', retry],
    ['a result', giveResult],
    ['a time', schedule],
  ])('is not set in motion by %s', async (_, move) => {
    const store = memoryStore();
    const first = await open(scriptedModel([{ hang: true }]), store);
    await first.sessions.start({ session_id: 's', message: 'go' });
    await first.close(0);
    const model = scriptedModel([{ complete: 'Bye' }]);
    const runtime = await open(model, store);
    const session = await runtime.sessions.get('s');
    const before = await entriesOf(session);
    await expect(move(session)).rejects.toMatchObject({
      code: 'EVENT_NOT_ACCEPTED',
      message: expect.stringContaining('has to be resumed: it was interrupted in a turn') as string,
    });
    await runtime.close();
    expect(model.calls).toEqual([]);
    expect(await entriesOf(session)).toEqual(before);
  });
});

test.each<[string, Lines, from: string]>([
  ['the model gave up', [{ escalate: 'No' }], 'next_turn'],
  ['a turn failed', [{ fail: { code: 'PROVIDER_HTTP_ERROR', message: 'x' } }], 'turn'],
])('a summary says where it was escalated: %s', async (_, lines, escalated_from) => {
  const runtime = await open(scriptedModel(lines));
  const session = await runtime.sessions.start({ message: 'go' });
  expect(await session.settled()).toMatchObject({ state: 'escalate', escalated_from });
});
