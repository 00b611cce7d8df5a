/** A damaged record is named, hurts no other session, and is left as it is. */
import { expect, test } from 'vitest';
import { createRuntime, type RuntimeEvent } from 'troupe';
import type { Write } from 'troupe/kernel';
import { memoryStore, scriptedModel } from 'troupe/testing';
import { ALLOW, asks, writes } from '../scenarios/desk.ts';

const script = [{ reply: 'Here.' }, { reply: 'Here.' }, { complete: 'Still here.' }];

const damage: readonly (readonly [string, Write, string])[] = [
  ['an envelope', { kind: 'session', key: ['hurt'], value: '{' }, 'STORE_CORRUPT'],
  [
    'what it was started with',
    { kind: 'session_start', key: ['hurt'], value: '{}' },
    'STORE_CORRUPT',
  ],
  ['its head', { kind: 'head', key: ['hurt'], value: '[]' }, 'STORE_CORRUPT'],
  ['its last entry', { kind: 'evidence', key: ['hurt', 2], value: '{"seq":2}' }, 'STORE_CORRUPT'],
  ['a message', { kind: 'message', key: ['hurt', 0], value: 'hello' }, 'STORE_CORRUPT'],
  ['no envelope', { kind: 'session', key: ['hurt'], value: null }, 'SESSION_NOT_FOUND'],
  ['no start', { kind: 'session_start', key: ['hurt'], value: null }, 'STORE_CORRUPT'],
  ['no head', { kind: 'head', key: ['hurt'], value: null }, 'STORE_CORRUPT'],
  ['no last entry', { kind: 'evidence', key: ['hurt', 2], value: null }, 'STORE_CORRUPT'],
  ['no first message', { kind: 'message', key: ['hurt', 0], value: null }, 'STORE_CORRUPT'],
  ['no last message', { kind: 'message', key: ['hurt', 1], value: null }, 'STORE_CORRUPT'],
];

test.each(damage)('%s', async (_, write, code) => {
  const store = memoryStore();
  const first = await createRuntime({ store, model: scriptedModel(script.slice(0, 2)) });
  for (const session_id of ['hurt', 'well']) {
    await (await first.sessions.start({ session_id, message: 'go' })).settled();
  }
  await first.close();
  await store.commit([write]);

  const second = await createRuntime({ store, model: scriptedModel(script.slice(2)) });
  const hurt = async () => {
    const session = await second.sessions.get('hurt');
    await session.send('more');
    // A turn that cannot read what was said fails, and tells why.
    return (await session.settled()).escalation?.code;
  };
  const codeOf = (error: unknown): unknown => (error as { code: unknown }).code;
  expect(await hurt().catch(codeOf)).toBe(code);
  const again = second.sessions.start({ session_id: 'hurt', message: 'go' });
  expect(['SESSION_EXISTS', 'STORE_CORRUPT']).toContain(await again.catch(codeOf));
  expect((await second.sessions.list()).map(({ session_id }) => session_id)).toContain('well');
  const well = await second.sessions.get('well');
  await well.send('more');
  expect((await well.settled()).state).toBe('complete');
  await second.close();
});

test.each([
  ['a state that the machine does not have', '"idle"', '"dreaming"'],
  ['a count that is none', '"turn_count":1', '"turn_count":"1"'],
  ['a key that is missing', '"busy_ms":', '"busy":'],
  ['the context of another session', '"session_id":"hurt"', '"session_id":"well"'],
  ['children that are none', '"children":{}', '"children":null'],
])('%s is SESSION_NOT_RESTORABLE', async (_, found, replaced) => {
  const store = memoryStore();
  const first = await createRuntime({ store, model: scriptedModel(script.slice(0, 1)) });
  await (await first.sessions.start({ session_id: 'hurt', message: 'go' })).settled();
  await first.close();
  const saved = (await store.get('session', ['hurt'])) ?? '';
  const value = saved.replace(found, replaced);
  expect(value).not.toBe(saved);
  await store.commit([{ kind: 'session', key: ['hurt'], value }]);
  const second = await createRuntime({ store });
  const session = await second.sessions.get('hurt');
  await expect(session.send('more')).rejects.toMatchObject({ code: 'SESSION_NOT_RESTORABLE' });
  expect(await store.get('session', ['hurt'])).toBe(value);
  await second.close();
});

test('an approval that is not what was asked for is named, and hides no other one', async () => {
  const store = memoryStore();
  const options = { store, tools: [writes([])], policy: [ALLOW, asks('notes:write')] };
  const wanted = { tool: 'notes:write', input: { text: 'x' } };
  const first = await createRuntime({ ...options, model: scriptedModel([wanted, wanted]) });
  const waiting: string[] = [];
  for (const session_id of ['hurt', 'well']) {
    const session = await first.sessions.start({ session_id, message: 'go' });
    waiting.push((await session.settled()).pending_request_id ?? '');
  }
  await first.close();
  const [hurt = '', well] = waiting;
  const kept = (await store.get('approval', ['hurt', hurt])) ?? '';
  const value = kept.replace('"text":"x"', '"text":"y"');
  await store.commit([{ kind: 'approval', key: ['hurt', hurt], value }]);

  const second = await createRuntime(options);
  const { approvals } = second;
  const told: RuntimeEvent[] = [];
  second.subscribe((event) => told.push(event));
  const message = `The record approval hurt/${hurt} is not what was asked for`;
  const refusal = { code: 'STORE_CORRUPT', message };
  expect((await approvals.list()).map(({ request_id }) => request_id)).toEqual([well]);
  expect(told).toMatchObject([{ type: 'failure', ...refusal }]);
  await expect(approvals.get(hurt)).rejects.toMatchObject(refusal);
  const resolution = { request_id: hurt, approved: true, approved_by: 'ana' };
  await expect(approvals.resolve(resolution)).rejects.toMatchObject(refusal);
  expect(await store.get('approval', ['hurt', hurt])).toBe(value);
  await second.close();
});
