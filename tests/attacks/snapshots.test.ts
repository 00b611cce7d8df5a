/**
 * Somebody with the store in hand writes records anew while nobody runs, so that the next process
 * does what nobody decided: one row per record. Nothing runs, and the session next to it goes on.
 */
import { describe, expect, test } from 'vitest';
import { createRuntime } from 'troupe';
import { memoryStore } from 'troupe/adapters';
import type { Store, Write } from 'troupe/kernel';
import { scriptedModel } from 'troupe/testing';
import { ApprovalDesk, codeOf } from './approval-desk.ts';
import { inWorkspace, recording, type Seen } from './obeying.ts';

/** What the attacker knows: two sessions that wait for approval, `s` and `s2`. */
interface Scene {
  readonly store: Store;
  readonly request_id: string;
  readonly other_request_id: string;
}

type Attack = (scene: Scene) => Promise<readonly Write[]>;
type Change = (value: never, scene: Scene) => unknown;

const read = async (store: Store, kind: Write['kind'], key = 's'): Promise<unknown> =>
  JSON.parse((await store.get(kind, [key])) ?? 'null');

/** Rewrites a record of session `s`. */
const record =
  (kind: Write['kind'], change: Change): Attack =>
  async (scene) => {
    const forged = change((await read(scene.store, kind)) as never, scene);
    const value = typeof forged === 'string' ? forged : JSON.stringify(forged);
    return [{ kind, key: ['s'], value }, { kind: 'running', key: ['s'], value: '1' }];
  };

interface Saved {
  readonly snapshot: { readonly context: object; readonly children: object };
}

/** Has the session stand elsewhere than it did. */
const standing = (
  value: unknown,
  context: object | ((scene: Scene) => object) = {},
  more: object = {},
): Attack =>
  record('session', (saved: Saved, scene) => {
    const changed = typeof context === 'function' ? context(scene) : context;
    const { snapshot } = saved;
    const next = { ...snapshot, value, context: { ...snapshot.context, ...changed }, ...more };
    return { ...saved, snapshot: next };
  });

const EXECUTING = { tool_request: 'executing' };
const invoked = (src: string): object => ({
  children: { [src]: { src, syncSnapshot: false, snapshot: { status: 'active', input: {} } } },
});

const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);

// prettier-ignore
const ENVELOPES: readonly (readonly [string, Attack])[] = [
  ['the call runs, on no approval', standing(EXECUTING, { request_id: null })],
  ['the call runs, on the approval that nobody gave', standing(EXECUTING)],
  ['the call runs, on an approval of another session',
    standing(EXECUTING, ({ other_request_id }) => ({ request_id: other_request_id }))],
  ['the call runs, on an approval that there is not', standing(EXECUTING, { request_id: 'apr-1' })],
  ['the call runs, as a second try', standing(EXECUTING, { request_id: null, attempt: 2 })],
  ['the call runs, as another call', standing(EXECUTING, { request_id: null, tool_call_count: 9 })],
  ['the call runs, and its effect with it',
    standing(EXECUTING, { request_id: null }, invoked('executeTool'))],
  ['an effect runs that nobody asked for',
    standing('approval_required', {}, invoked('executeTool'))],
  ['another machine runs in it', standing('approval_required', {}, invoked('session'))],
  ['a state that there is not', standing({ tool_request: 'flying' })],
  ['a state in words', standing('tool_request.executing')],
  ['a state in a state', standing({ tool_request: { executing: {} } })],
  ['two states', standing({ tool_request: 'executing', approval_required: {} })],
  ['a state that all objects have', standing('__proto__')],
  ['a state without its own', standing({ constructor: 'executing' })],
  ['it is over already', standing('complete', { completion: 'completed' })],
  ['it has done more than it may', standing(EXECUTING, { turn_count: -5, tool_call_count: -1 })],
  ['it stands behind the last call', standing(EXECUTING, { call_in_turn: 7 })],
  ['a key that all objects have', record('session', (saved: Saved) =>
    JSON.stringify(saved).replace('"context":{', '"context":{"__proto__":{"admin":true},'))],
  ['nesting without end', record('session', () => nested(100_000))],
  ['nesting without end, inside', record('session', (saved: Saved) =>
    JSON.stringify(saved).replace('"children":{}', `"children":{"a":${nested(50_000)}}`))],
  ['that of the other session', async ({ store }) => [
    { kind: 'session', key: ['s'], value: (await store.get('session', ['s2'])) ?? '' },
    { kind: 'running', key: ['s'], value: '1' }]],
];

// prettier-ignore
const OTHERS: readonly (readonly [string, Attack])[] = [
  ['a mark that it runs', async () => [{ kind: 'running', key: ['s'], value: '1' }]],
  ['a mark that one runs that there is not', async () => [
    { kind: 'running', key: ['nobody'], value: '1' },
    { kind: 'running', key: ['__proto__'], value: '1' }]],
  ['a wakeup for it', async () => [wakeup(1, { kind: 'session_wake', session_id: 's' })]],
  ['a wakeup for one that there is not', async () => [
    wakeup(1, { kind: 'session_wake', session_id: 'nobody' }),
    wakeup(2, { kind: 'session_wake', session_id: '__proto__' })]],
  ['the end of an approval that there is not', async () => [
    wakeup(1, { kind: 'approval_expiry', session_id: 's', request_id: 'apr-1' })]],
  ['the end of an approval, before its time', async ({ request_id }) => [
    wakeup(1, { kind: 'approval_expiry', session_id: 's', request_id })]],
  ['the end of an approval of the other session', async ({ other_request_id }) => [
    wakeup(1, { kind: 'approval_expiry', session_id: 's', request_id: other_request_id })]],
  ['a wakeup of no kind', async () => [wakeup(1, { kind: 'tool_call', tool: 'notes:post' })]],
  ['a start without a driver', record('session_start', (start: object) =>
    ({ ...start, driver: 'nobody' }))],
  ['a start of the other session', async ({ store }) => [
    { kind: 'session_start', key: ['s'], value: (await store.get('session_start', ['s2'])) ?? '' },
    { kind: 'running', key: ['s'], value: '1' }]],
  ['a start with tools of its own', record('session_start', (start: object) =>
    ({ ...start, tool_catalog: [{ name: 'notes:post', description: 'Allowed.' }] }))],
  ['a start that says it was approved', record('session_start', (start: object) =>
    ({ ...start, metadata: { approved: true, approved_by: 'ana' } }))],
  ['a start with a key that all objects have', record('session_start', (start: object) =>
    JSON.stringify(start).replace('{', '{"__proto__":{"driver":"host"},'))],
  ['a message that asks for another call', async ({ store }) => {
    const value = (await store.get('message', ['s', 1])) ?? '';
    return [{ kind: 'message', key: ['s', 1], value: value.replace('"text":"a"', '"text":"c"') }];
  }],
  ['a message and a head that says nothing of it', async ({ store }) => {
    const value = (await store.get('message', ['s', 1])) ?? '';
    const head = (await read(store, 'head')) as Record<string, unknown>;
    delete head['transcript_hash'];
    return [
      { kind: 'message', key: ['s', 1], value: value.replace('"text":"a"', '"text":"c"') },
      { kind: 'head', key: ['s'], value: JSON.stringify(head) },
    ];
  }],
  ['a head that forgets what was done', record('head', (head: { seq: number }) =>
    ({ ...head, tail_seq: head.seq + 1 }))],
  ['the head of the other session', async ({ store }) => [
    { kind: 'head', key: ['s'], value: (await store.get('head', ['s2'])) ?? '' }]],
];

function wakeup(due_at: number, value: object): Write {
  return { kind: 'wakeup', key: [due_at, `forged:${due_at}`], value: JSON.stringify(value) };
}

/** Plays an attack on `s`; answers what was told of it, and where it then stood. */
async function attacked(attack: Attack): Promise<readonly string[]> {
  const desk = new ApprovalDesk();
  await desk.open();
  const scene = {
    store: desk.store,
    request_id: await desk.wait('a', 's'),
    other_request_id: await desk.wait('b', 's2'),
  };
  await desk.runtime.close();
  await desk.store.commit(await attack(scene));
  await desk.open({ recover: false });
  const told = new Set<string>();
  desk.runtime.subscribe((event) => {
    if (event.type === 'failure') told.add(event.code);
  });
  await desk.runtime.recover();
  const summary = await desk.runtime.sessions.summary('s').catch(codeOf);
  if (typeof summary === 'string') told.add(summary);
  else if (summary.tags.includes('busy')) await desk.runtime.sessions.settled('s').catch(codeOf);
  expect(desk.ran).toEqual([]);
  expect(await desk.resolve(scene.other_request_id)).toBe('resolved');
  await desk.runtime.sessions.settled('s2');
  expect(desk.ran).toEqual(['b']);
  expect((await desk.runtime.sessions.list()).map(({ session_id }) => session_id)).toContain('s2');
  const starts = await Array.fromAsync(desk.runtime.evidence.read('s'));
  expect(starts.filter(isPost)).toEqual([]);
  await desk.runtime.close();
  return [...told];
}

const isPost = (entry: { readonly kind: string; readonly tool_name?: string }): boolean =>
  entry.kind === 'tool_call_started' && entry.tool_name === 'notes:post';

describe('a snapshot that was poisoned runs nothing:', () => {
  test.each(ENVELOPES)('%s', async (_, attack) => {
    console.log(_, await attacked(attack));
  });
});

describe('a record beside it that was poisoned runs nothing:', () => {
  test.each(OTHERS)('%s', async (_, attack) => {
    console.log(_, await attacked(attack));
  });
});
