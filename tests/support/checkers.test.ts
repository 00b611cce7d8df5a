/** The checkers pass a history that is in order, and each of them objects to one that is bent. */
import { beforeAll, describe, expect, test } from 'vitest';
import { createRuntime } from 'troupe';
import type { Approval, EvidenceEntry } from 'troupe/kernel';
import { manualClock, memoryStore, scriptedModel, seededIds } from 'troupe/testing';
import { ALLOW, asks, denies, writes } from '../scenarios/desk.ts';
import { CHECKERS, changesBetween, violationsOf } from './checkers/index.ts';
import { readHistory, type Effect, type History, type SessionHistory } from './history.ts';
import { recordedTool } from './recorded-tool.ts';

const note = (tool: string) => ({ tool, input: { text: tool } });
const LATER = '2026-01-01T01:00:00.000Z';
const LIMITS = { max_turns_per_session: 4, max_tool_calls_per_session: 3 };
const NEVER = '0'.repeat(64);

let sound: History;

/** Three sessions: one that is over behind a yes and a no, one that waits, one that sleeps. */
beforeAll(async () => {
  const effects: Effect[] = [];
  const store = memoryStore();
  const clock = manualClock();
  const tools = ['notes:write', 'notes:ask', 'notes:deny'].map((name) =>
    recordedTool(writes([], name), effects),
  );
  const calls = ['notes:write', 'notes:ask', 'notes:ask'].map(note);
  const runtime = await createRuntime({
    ...{ store, tools, policy: [ALLOW, asks('notes:ask'), denies('notes:deny')] },
    model: scriptedModel([...calls, { complete: 'Done.' }, note('notes:ask')]),
    system: { clock, alarm: clock.alarm, ids: seededIds(1) },
  });
  const over = await runtime.sessions.start({ session_id: 'over', message: 'go', limits: LIMITS });
  for (const approved of [true, false]) {
    await over.settled();
    const { pending_request_id: request_id = '' } = await over.summary();
    await runtime.resolveApproval({ request_id, approved, approved_by: 'ana' });
  }
  await over.settled();
  await (await runtime.sessions.start({ session_id: 'waits', message: 'go' })).settled();
  const asleep = { session_id: 'sleeps', message: 'go', wake_at: LATER };
  await (await runtime.sessions.start(asleep)).settled();
  await runtime.close();
  sound = await readHistory(store, effects, clock.now());
});

type Bend = (history: History) => History;

const session =
  (session_id: string, change: (session: SessionHistory) => Partial<SessionHistory>): Bend =>
  (history) => ({
    ...history,
    sessions: history.sessions.map((one) =>
      one.session_id === session_id ? { ...one, ...change(one) } : one,
    ),
  });

const without = (session_id: string, ...kinds: readonly string[]): Bend =>
  session(session_id, ({ entries }) => ({
    entries: entries.filter(({ kind }) => !kinds.includes(kind)),
  }));

/** The entries of a kind with other fields, or with a second one behind them. */
const changed = (session_id: string, kind: string, fields: object, isAdded = false): Bend =>
  session(session_id, ({ entries }) => ({
    entries: entries.flatMap((entry) => {
      if (entry.kind !== kind) return [entry];
      const other = { ...entry, ...fields } as EvidenceEntry;
      return isAdded ? [entry, other] : [other];
    }),
  }));

const records = (session_id: string, fields: Partial<Approval>): Bend =>
  session(session_id, ({ approvals }) => ({
    approvals: approvals.map((approval) => ({ ...approval, ...fields })),
  }));

const ran =
  (change: (effects: readonly Effect[]) => readonly Effect[]): Bend =>
  (history) => ({ ...history, effects: change(history.effects) });

const woken = (timestamp: string): Bend =>
  session('sleeps', ({ entries }) => {
    const [first] = entries;
    const entry = { ...first, kind: 'session_woken', timestamp, seq: 2 } as EvidenceEntry;
    return { entries: [...entries, entry] };
  });

test('nothing is objected to in what a runtime leaves behind', async () => {
  expect(sound.effects).toHaveLength(2);
  expect(await violationsOf(sound)).toEqual([]);
  expect(changesBetween(sound, sound)).toEqual([]);
});

describe('a checker objects', () => {
  const rows: readonly (readonly [keyof typeof CHECKERS, string, Bend])[] = [
    ['allowed', 'never started on record', without('over', 'tool_call_started')],
    ['allowed', 'ran twice on one start', ran((effects) => [...effects, ...effects])],
    ['allowed', 'another input', ran((effects) => effects.map((it) => ({ ...it, input: {} })))],
    ['allowed', 'without an approval', without('over', 'approval_resolved')],
    ['allowed', 'without an allow', changed('over', 'tool_call_started', { basis: 'allow' })],
    [
      'allowed',
      'nothing that was granted',
      changed('over', 'tool_call_started', { basis: 'grant' }),
    ],
    [
      'allowed',
      'against a deny',
      changed('over', 'tool_call_started', {
        policy_decisions: [{ policy_id: 'deny.it', decision: 'deny' }],
      }),
    ],
    ['ends', 'has no end', without('over', 'tool_call_finished')],
    ['ends', 'ended 2 times', changed('over', 'tool_call_finished', {}, true)],
    ['ends', 'started 2 times', changed('over', 'tool_call_started', {}, true)],
    ['ends', 'was not begun', without('over', 'tool_call_started')],
    [
      'ends',
      'its tool forbids',
      changed('over', 'tool_call_started', { restart: 1, recovery: 'manual' }),
    ],
    ['ends', 'after it had succeeded', changed('over', 'tool_call_started', { seq: 1_000 }, true)],
    [
      'refusals',
      'behind its approval_resolved',
      changed('over', 'approval_resolved', { approved: false }),
    ],
    [
      'refusals',
      'which was denied',
      ran((effects) => effects.map((it) => ({ ...it, receipt_id: 'over/tool/2#1' }))),
    ],
    ['approvals', 'for another digest', changed('over', 'tool_call_started', { digest: NEVER })],
    [
      'approvals',
      'was used for',
      changed('over', 'tool_call_started', { effect_id: 'over/tool/9' }, true),
    ],
    ['approvals', 'was decided 2 times', changed('over', 'approval_resolved', {}, true)],
    ['approvals', 'for nobody', changed('over', 'approval_resolved', { approved_by: ' ' })],
    ['approvals', 'behind the end', changed('over', 'approval_requested', { expires_at: '2025' })],
    ['approvals', 'its evidence says consumed', records('over', { status: 'approved' })],
    ['approvals', 'shows another input', records('waits', { input: { text: 'other' } })],
    [
      'limits',
      'over max_turns_per_session: 2 of 1',
      session('over', () => ({ limits: { max_turns_per_session: 1 } })),
    ],
    [
      'limits',
      'over max_tool_calls_per_session: 3 of 2',
      session('over', () => ({ limits: { max_tool_calls_per_session: 2 } })),
    ],
    [
      'chain',
      'altered',
      session('over', ({ texts }) => ({ texts: texts.map((text) => text.replace('ana', 'eva')) })),
    ],
    ['chain', 'cut_off', session('over', ({ texts }) => ({ texts: texts.slice(0, -1) }))],
    ['chain', 'has 0 messages', session('over', () => ({ messages: [] }))],
    ['wakeups', 'its wakeups are at nothing', (history) => ({ ...history, wakeups: [] })],
    ['wakeups', 'is still there', (history) => ({ ...history, now: Date.parse('2030-01-01') })],
    ['wakeups', 'which is not there', (history) => ({ ...history, sessions: [] })],
    ['wakeups', 'before 2026', woken('2026-01-01T00:30:00.000Z')],
    ['wakeups', 'waits for no instant', (history) => woken(LATER)(woken(LATER)(history))],
    ['over', 'is pending', records('over', { status: 'pending' })],
    ['over', 'a restart would run it', session('over', () => ({ isRunning: true }))],
    ['over', 'it ended 0 times', without('over', 'session_completed')],
    ['over', 'approval_expiry is set', session('waits', () => ({ state: 'complete' }))],
    [
      'separate',
      'something of waits',
      session('over', ({ messages }) => ({ messages: [...messages, '{"for":"waits"}'] })),
    ],
    ['replayed', 'no call is running', without('over', 'tool_call_started')],
    ['replayed', 'saved state escalate', session('waits', () => ({ state: 'escalate' }))],
    [
      'separate',
      'under the key',
      ran((effects) => effects.map((it) => ({ ...it, session_id: 'waits' }))),
    ],
  ];

  test.each(rows)('%s: %s', async (name, objection, bend) => {
    expect(await CHECKERS[name](bend(sound))).toContainEqual(expect.stringContaining(objection));
  });

  test('every checker has a bent history', () => {
    expect(new Set(rows.map(([name]) => name))).toEqual(new Set(Object.keys(CHECKERS)));
  });
});

describe('a comparison objects', () => {
  test.each<readonly [string, Bend]>([
    ['extension: session over is gone', (history) => ({ ...history, sessions: [] })],
    ['extension: evidence 0', session('over', ({ texts }) => ({ texts: texts.slice(1) }))],
    [
      'extension: message 1',
      session('over', ({ messages }) => ({ messages: messages.slice(0, 1) })),
    ],
    ['restored: the records of over', session('over', () => ({ state: 'escalate' }))],
    ['restored: the wakeups of sleeps', (history) => ({ ...history, wakeups: [] })],
  ])('%s', (objection, bend) => {
    expect(changesBetween(sound, bend(sound))).toContainEqual(expect.stringContaining(objection));
  });
});
