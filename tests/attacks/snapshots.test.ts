/**
 * Envelopes that have a session stand where it never stood, or do what it never did: one row each.
 * The kernel decides again on whatever a restored session wants to run, and what no session of ours
 * could have saved is named and left alone.
 */
import { describe, expect, test } from 'vitest';
import { attacked, record, textOf, type Attack, type Scene } from './poisoned.ts';

const REFUSED = ['SESSION_NOT_RESTORABLE'];
const CORRUPT = ['STORE_CORRUPT'];
/** It was put where it decides anew, and asks for an approval of its own. */
const ASKED_ANEW = ['APPROVAL_NOT_PENDING'];
const UNHURT = ['resolved'];

interface Saved {
  readonly snapshot: { readonly context: object };
}

/** Has the session stand elsewhere than it did. */
const standing = (value: unknown, context: object = {}, more: object = {}): Attack =>
  record<Saved>('session', (saved) => {
    const { snapshot } = saved;
    const next = { ...snapshot, value, context: { ...snapshot.context, ...context }, ...more };
    return { ...saved, snapshot: next };
  });

/** Has the call run on an approval, with all that belongs to it. */
const running =
  (choose: (scene: Scene) => string | null, input: object = {}): Attack =>
  (scene) => {
    const request_id = choose(scene);
    const effect = invoked('executeTool', { ...CALL, request_id, ...input });
    return standing(EXECUTING, { request_id }, effect)(scene);
  };

const EXECUTING = { tool_request: 'executing' };
const invoked = (src: string, input: object = {}, status = 'active'): object => ({
  children: { [src]: { src, syncSnapshot: false, snapshot: { status, input } } },
});

/** The call of `s`, as its machine would ask for it. */
const CALL = { session_id: 's', turn_index: 0, call_in_turn: 0, tool_call_index: 0, attempt: 1 };

const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);

const STATE = '"approval_required"';
const inText = (found: string, put: string): Attack =>
  record<Saved>('session', (saved) => JSON.stringify(saved).replace(found, put));

type Row = readonly [name: string, attack: Attack, told: readonly string[]];

// prettier-ignore
const RUNNING: readonly Row[] = [
  ['on no approval', running(() => null), ASKED_ANEW],
  ['on the approval that nobody gave', running((scene) => scene.request_id), ASKED_ANEW],
  ['on an approval of another session', running((scene) => scene.other_request_id), ASKED_ANEW],
  ['on an approval that there is not', running(() => 'apr-1'), ASKED_ANEW],
  ['in the name of another session', running(() => null, { session_id: 's2' }), REFUSED],
  ['as another call than the one that waits', running(() => null, { call_in_turn: 3 }), REFUSED],
  ['on an approval that it does not name', running(() => null, { request_id: 'apr-1' }), REFUSED],
  ['and nothing of it runs', standing(EXECUTING, { request_id: null }), REFUSED],
  ['with another context', standing(EXECUTING, { attempt: 2 }, invoked('executeTool', CALL)), REFUSED],
  ['and is over', standing(EXECUTING, {}, invoked('executeTool', CALL, 'done')), REFUSED],
  ['while it waits', standing('approval_required', {}, invoked('executeTool', CALL)), REFUSED],
  ['as a turn', standing({ awaiting_turn: 'executing' }, {}, invoked('executeTool', CALL)), REFUSED],
  ['as another machine', standing('approval_required', {}, invoked('session')), REFUSED],
];

// prettier-ignore
const STANDING: readonly Row[] = [
  ['where it cannot', standing({ tool_request: 'flying' }), REFUSED],
  ['in words', standing('tool_request.executing'), REFUSED],
  ['in a state in a state', standing({ tool_request: { executing: {} } }), CORRUPT],
  ['in two states', standing({ tool_request: 'executing', approval_required: {} }), CORRUPT],
  ['in what all objects have', standing('__proto__'), REFUSED],
  ['in what all objects are made by', standing({ constructor: 'executing' }), REFUSED],
  ['where it only decides', standing({ tool_request: 'checking' }), REFUSED],
  ['in a state without the one inside it', standing('tool_request'), REFUSED],
  ['in states without end', inText(STATE, `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`), CORRUPT],
  ['at its end', standing('complete', { completion: 'completed' }), ['EVENT_NOT_ACCEPTED']],
  ['before its beginning', standing('approval_required', { turn_count: -5 }), REFUSED],
  ['in the place of another one', standing('approval_required', { session_id: 's2' }), REFUSED],
  ['on a key that all objects have', inText('"context":{', '"context":{"__proto__":{"a":1},'), UNHURT],
  ['in nesting without end', record('session', () => nested(100_000)), CORRUPT],
  ['beside nesting without end', inText('"children":{}', `"children":{"a":${nested(50_000)}}`), REFUSED],
  ['as the other session', async (scene) => [
    { kind: 'session', key: ['s'], value: await textOf(scene, 'session', ['s2']) },
    { kind: 'running', key: ['s'], value: '' }], REFUSED],
];

describe.each([
  ['a call that runs', RUNNING],
  ['a session that stands', STANDING],
])('a snapshot that was poisoned has nothing run: %s', (_, rows) => {
  test.each(rows)('%s', async (_name, attack, told) => {
    expect([...new Set(await attacked(attack))]).toEqual(told);
  });
});
