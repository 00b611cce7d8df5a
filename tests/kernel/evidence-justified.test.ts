/**
 * A chain that is whole and still records what had no right to happen does not verify: effects
 * rest on decisions (I1), approvals are used once and in time (I2), what was refused does not run
 * (I3), an edit needs a decision of its own (I4), a call ends once (I5).
 *
 * A chain is written as words. `start end` is a call of effect e1; `@e2` names another effect,
 * `#2` a second attempt, `.1` a first restart, `:retry` how the tool recovers.
 */
import { describe, expect, test } from 'vitest';
import type { EntryDraft, PolicyEffect } from '../../kernel/contract/index.ts';
import { contentHash } from '../../kernel/canonical.ts';
import { verifyChain } from '../../kernel/evidence/verify.ts';
import {
  chainOf,
  closed,
  crashed,
  denied,
  finished,
  moved,
  progressed,
  requested,
  resolved,
  SESSION,
  started,
  startedOnApproval,
} from './support/evidence.ts';

const OTHER = { digest: contentHash('another digest') };
const decided = (...effects: readonly PolicyEffect[]) => ({
  policy_decisions: effects.map((decision) => ({ policy_id: 'demo.rule', decision })),
});
const edited = (input: unknown) => ({ edited_input_hash: contentHash(input) });

/** Entries that are about an approval, or that are not as they should be. */
const WORDS: Readonly<Record<string, EntryDraft>> = {
  open: moved('session_started'),
  close: moved('session_completed'),
  ask: requested(),
  approve: resolved(),
  decline: resolved('r1', { approved: false }),
  expire: closed('approval_expired'),
  replace: closed('approval_superseded'),
  ask2: requested('r2'),
  approve2: resolved('r2'),
  go2: startedOnApproval({}, { request_id: 'r2' }),
  'ask2-edited': requested('r2', OTHER),
  'approve2-edited': resolved('r2', OTHER),
  'go2-edited': startedOnApproval({}, { request_id: 'r2', ...OTHER }),
  'edit-same': resolved('r1', edited({ text: 'hello' })),
  'edit-other': resolved('r1', edited({ text: 'hello, you' })),
  'approve-by-nobody': resolved('r1', { approved_by: ' ' }),
  'approve-other': resolved('r1', OTHER),
  'go-other': startedOnApproval({}, OTHER),
  'go-unnamed': startedOnApproval({}, { request_id: undefined }),
  'go-allowed': startedOnApproval({}, decided('allow')),
  'go-denied': startedOnApproval({}, decided('approval_required', 'deny')),
  'start-other': started({}, OTHER),
  'start-undecided': started({}, decided()),
  'start-denied': started({}, decided('allow', 'deny')),
  'start-gated': started({}, decided('allow', 'approval_required')),
};

function draftOf(word: string): EntryDraft {
  const [, name, effect_id = 'e1', attempt = '1', restart = '0', recovery = 'manual'] =
    /^(\w+)(?:@(\w+))?(?:#(\d))?(?:\.(\d))?(?::(\w+))?$/.exec(word) ?? [];
  const which = { effect_id, attempt: Number(attempt), restart: Number(restart) };
  const how = { recovery: recovery as 'manual' | 'retry' | 'probe' };
  const calls: Readonly<Record<string, EntryDraft>> = {
    start: started(which, how),
    go: startedOnApproval(which, how),
    progress: progressed(which),
    end: finished(which),
    fail: finished(which, 'failure'),
    crash: crashed(which),
    deny: denied(which),
  };
  const draft = WORDS[word] ?? calls[name ?? ''];
  if (!draft) throw new Error(`No entry is written ${word}`);
  return draft;
}

async function problemOf(chain: string, at: Record<number, number> = {}): Promise<unknown> {
  const { texts, head } = chainOf(chain.split(' ').map(draftOf), { at });
  const result = await verifyChain(SESSION, texts, head);
  return result.ok ? 'none' : result.problem;
}

describe('justified', () => {
  test.each([
    ['an allowed call', 'start progress end'],
    ['a call that failed, tried again', 'start fail start#2 end#2'],
    ['a call that is still open', 'start'],
    ['a denied call', 'deny'],
    ['a denied call, tried again', 'deny start#2 end#2'],
    ['two calls at once', 'start start@e2 end end@e2'],
    ['an approved call', 'ask approve go end'],
    ['an approved call that policy would allow', 'ask approve go-allowed end'],
    ['an approval for a later call of the same bytes', 'ask approve go@e2 end@e2'],
    ['an approved call that crashed, tried again', 'ask approve go crash go#2 end#2'],
    ['an approved call, started over', 'ask approve go:retry crash go.1:retry end.1'],
    ['a call safe to repeat, started over', 'start:retry start.1:retry end.1'],
    ['a call safe to repeat, closed and started over', 'start:retry crash start.1:retry end.1'],
    ['a probed call, started over', 'start:probe crash start.1:probe end.1'],
    ['a call in doubt, tried again', 'start crash start#2 end#2'],
    ['a declined call', 'ask decline deny'],
    ['an approval that expired', 'ask expire'],
    ['an approval that expired unused', 'ask approve expire'],
    ['asked again after a refusal', 'ask decline ask2 approve2 go2 end'],
    ['allowed after the request was replaced', 'ask replace start end'],
    ['edited', 'ask replace ask2-edited approve2-edited go2-edited end'],
    ['edited and replaced by the edit', 'ask edit-other replace'],
    ['edited to the same bytes', 'ask edit-same go end'],
    ['moves of the session', 'open close'],
  ])('%s: %s', async (_, chain) => expect(await problemOf(chain)).toBe('none'));
});

describe('not justified is the last entry', () => {
  test.each([
    ['I1 a start without a decision', 'start-undecided'],
    ['I1 a start against a deny', 'start-denied'],
    ['I1 a start that needed approval', 'start-gated'],
    ['I1 an approved start against a deny', 'ask approve go-denied'],
    ['I1 a start on an approval that is not there', 'go'],
    ['I1 a start on an approval without a name', 'ask approve go-unnamed'],
    ['I1 a start on a pending approval', 'ask go'],
    ['I1 a start on an approval of other bytes', 'ask approve go-other'],
    ['I2 an approval used by a second effect', 'ask approve go end go@e2'],
    ['I2 an approval by nobody', 'ask approve-by-nobody'],
    ['I2 an approval resolved twice', 'ask decline approve'],
    ['I2 an approval requested twice', 'ask approve ask'],
    ['I2 a resolution of no request', 'approve'],
    ['I2 a resolution of other bytes', 'ask approve-other'],
    ['I2 the expiry of no request', 'expire'],
    ['I2 the end of a used approval', 'ask approve go replace'],
    ['I3 a declined call that starts', 'ask decline go'],
    ['I3 a declined call that starts on an allow', 'ask decline start'],
    ['I3 a pending call that starts on an allow', 'ask start'],
    ['I3 an approved call that starts on an allow', 'ask approve start'],
    ['I3 an expired call that starts', 'ask approve expire go'],
    ['I3 an expired call that starts on an allow', 'ask expire start'],
    ['I3 a replaced call that starts', 'ask approve replace go'],
    ['I3 a pending edit that starts on an allow', 'ask ask2-edited replace start-other'],
    ['I3 an expired approval that is resolved', 'ask expire approve'],
    ['I4 an edit that lets the old bytes run', 'ask edit-other go'],
    ['I5 a second end', 'start end end'],
    ['I5 a second, other end', 'start crash end'],
    ['I5 an end without a start', 'end'],
    ['I5 the end of another try', 'start end#2'],
    ['I5 progress before the start', 'progress'],
    ['I5 progress after the end', 'start end progress'],
    ['I5 a denied call that ends', 'deny end'],
    ['I5 a call denied while its try is open', 'start deny#2'],
    ['I5 the same try twice', 'start:retry start:retry'],
    ['I5 an earlier try', 'deny#2 start'],
    ['I5 a success tried again', 'start end start#2'],
    ['I5 a success started over', 'start:retry end start.1:retry'],
    ['I5 a failure started over', 'start:retry fail start.1:retry'],
    ['I5 an open call not safe to repeat, started over', 'start start.1'],
    ['I5 a crashed call not safe to repeat, started over', 'start crash start.1'],
    ['I5 an open call not safe to repeat, tried again', 'start start#2'],
  ])('%s: %s', async (_, chain) => {
    const seq = chain.split(' ').length - 1;
    expect(await problemOf(chain)).toMatchObject({ kind: 'unjustified', seq });
  });
});

describe('an approval that ends at minute 60', () => {
  test.each([
    ['is resolved and used before', 'ask approve go', { 1: 59, 2: 59 }, 'none'],
    ['is resolved too late', 'ask approve go', { 1: 61, 2: 61 }, { seq: 1 }],
    ['is used too late', 'ask approve go', { 1: 59, 2: 61 }, { seq: 2 }],
    ['is used under a clock that went back', 'ask approve go', { 0: 30, 1: 10, 2: 20 }, 'none'],
    ['holds for a later try', 'ask approve go crash go#2', { 2: 59, 3: 59, 4: 90 }, 'none'],
  ])('%s', async (_, chain, at, problem) => {
    const found = await problemOf(chain, at);
    if (problem === 'none') expect(found).toBe(problem);
    else expect(found).toMatchObject({ kind: 'unjustified', ...(problem as object) });
  });
});
