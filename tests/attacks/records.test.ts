/**
 * Records beside the snapshot that were poisoned: marks, wakeups, starts, messages, heads. One row
 * each; nothing runs that nobody decided, and what is damaged is named.
 */
import { describe, expect, test } from 'vitest';
import { createRuntime } from 'troupe';
import { memoryStore } from 'troupe/adapters';
import type { Write } from 'troupe/kernel';
import { scriptedModel } from 'troupe/testing';
import { inWorkspace, recording, type Seen } from './obeying.ts';
import { attacked, record, textOf, type Attack } from './poisoned.ts';

const UNHURT = ['resolved'];
const CORRUPT = ['STORE_CORRUPT'];

type Row = readonly [name: string, attack: Attack, told: readonly string[]];

const due = (value: object): Attack => {
  return async () => [{ kind: 'wakeup', key: [1, 'forged'], value: JSON.stringify(value) }];
};
const marked = (session_id: string): Attack => {
  return async () => [{ kind: 'running', key: [session_id], value: '' }];
};
const started = (change: object): Attack =>
  record<object>('session_start', (start) => ({ ...start, ...change }));
const swapped = (kind: Write['kind']): Attack => {
  return async (scene) => [{ kind, key: ['s'], value: await textOf(scene, kind, ['s2']) }];
};

/** The turn that asked for the call asks for another one. */
const another: Attack = async (scene) => {
  const text = await textOf(scene, 'message', ['s', 1]);
  return [{ kind: 'message', key: ['s', 1], value: text.replace('"text":"a"', '"text":"c"') }];
};
const unsaid = record<Record<string, unknown>>('head', (head) => {
  const { transcript_hash: _, ...rest } = head;
  return rest;
});

const WAKE = { kind: 'session_wake', session_id: 's' };
const EXPIRY = { kind: 'approval_expiry', session_id: 's' };
const CATALOG = [{ name: 'notes:post', description: 'Is allowed.' }];

// prettier-ignore
const RECORDS: readonly Row[] = [
  ['a mark that it runs', marked('s'), UNHURT],
  ['a mark that one runs that there is not', marked('nobody'), ['SESSION_NOT_FOUND', ...UNHURT]],
  ['a mark that what all objects have runs', marked('__proto__'), ['SESSION_NOT_FOUND', ...UNHURT]],
  ['a wakeup of one that does not sleep', due(WAKE), ['EVENT_NOT_ACCEPTED', ...UNHURT]],
  ['a wakeup of one that there is not', due({ ...WAKE, session_id: 'nobody' }),
    ['SESSION_NOT_FOUND', ...UNHURT]],
  ['a wakeup of no kind', due({ kind: 'tool_call', tool: 'notes:post' }), [...CORRUPT, ...UNHURT]],
  ['the end of an approval that there is not', due({ ...EXPIRY, request_id: 'apr-1' }), UNHURT],
  ['the end of an approval before its time',
    (scene) => due({ ...EXPIRY, request_id: scene.request_id })(scene), UNHURT],
  ['the end of an approval of the other session',
    (scene) => due({ ...EXPIRY, request_id: scene.other_request_id })(scene), UNHURT],
  ['a start without a driver', started({ driver: 'nobody' }), CORRUPT],
  ['a start in another lane', started({ lane_id: 'operations' }), CORRUPT],
  ['a start of another session', started({ session_id: 's2' }), CORRUPT],
  ['the start of the other session', swapped('session_start'), CORRUPT],
  ['a start with tools of its own', started({ tool_catalog: CATALOG }), UNHURT],
  ['a start that says it was approved', started({ metadata: { approved: true } }), UNHURT],
  ['a start with a key that all objects have', record<object>('session_start', (start) =>
    JSON.stringify(start).replace('{', '{"__proto__":{"driver":"host"},')), CORRUPT],
  ['a message that asks for another call', another, CORRUPT],
  ['the same, and a head that says nothing of it',
    async (scene) => [...(await another(scene)), ...(await unsaid(scene))], UNHURT],
  ['a head that forgets what was done', record<{ seq: number }>('head', (head) =>
    ({ ...head, tail_seq: head.seq + 1 })), UNHURT],
  ['the head of the other session', swapped('head'), CORRUPT],
];

describe('a record that was poisoned runs nothing:', () => {
  test.each(RECORDS)('%s', async (_, attack, told) => {
    expect([...new Set(await attacked(attack))]).toEqual(told);
  });
});

const LANES = `
troupe: { policy: { default_decision: allow } }
lanes:
  - id: docs
    title: Docs
    policy_overrides: [{ id: docs.no-deploy, decision: deny, tools: ['deploy:*'] }]
  - { id: ops, title: Operations }
`;

test('a start that was put into another lane is not under its rules', async () => {
  await inWorkspace(LANES, async (workspace) => {
    const seen: Seen[] = [];
    const store = memoryStore();
    const open = (lines: readonly object[]) =>
      createRuntime({
        ...{ workspace, store, tools: [recording('deploy:run', seen)] },
        model: scriptedModel(lines as never),
      });
    const first = await open([{ reply: 'Here.' }]);
    const start = { session_id: 's', lane: 'docs', message: 'go' };
    await (await first.sessions.start(start)).settled();
    await first.close();
    const text = (await store.get('session_start', ['s'])) ?? '';
    const value = text.replace('"lane_id":"docs"', '"lane_id":"ops"');
    expect(value).not.toBe(text);
    await store.commit([{ kind: 'session_start', key: ['s'], value }]);
    const second = await open([{ tool: 'deploy:run' }, { complete: 'Done.' }]);
    await expect(second.sessions.send('s', 'deploy it')).rejects.toMatchObject({
      code: 'STORE_CORRUPT',
    });
    expect(seen).toEqual([]);
    await second.close();
  });
});
