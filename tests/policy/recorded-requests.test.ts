/** What an entry is to somebody who decides again: a request, the end of one, or neither. */
import { expect, test } from 'vitest';
import type { EvidenceEntry } from 'troupe/kernel';
import { recordedOf } from '../../src/runtime/policy/recorded-requests.ts';

const said = (policy_id: string, decision: string, rest = {}) => ({ policy_id, decision, ...rest });
const ALLOWS = said('open', 'allow');
const ASKS = said('ask', 'approval_required');
const DENIES = said('closed', 'deny');
const WATCHES = said('watch', 'deny', { mode: 'shadow' });

/** As much of an entry as is looked at. */
const entry = (kind: string, rest: object): EvidenceEntry =>
  ({
    kind: `tool_call_${kind}`,
    restart: 0,
    policy_decisions: [],
    ...rest,
  }) as unknown as EvidenceEntry;
const denied = (code: string, ...policy_decisions: readonly object[]) =>
  entry('denied', { error: { code, message: 'no' }, policy_decisions });

test.each([
  ['a start', entry('started', { policy_decisions: [ALLOWS, WATCHES] }), 'allow', ['open']],
  [
    'a start on a changed input',
    entry('started', { policy_decisions: [said('short', 'modify'), ALLOWS] }),
    ...(['allow', ['short']] as const),
  ],
  [
    'a start on what was granted before',
    entry('started', { basis: 'grant', request_id: 'r1', policy_decisions: [ASKS] }),
    ...(['approval_required', ['ask']] as const),
  ],
  [
    'a request for approval',
    entry('', { kind: 'approval_requested', policy_decisions: [ALLOWS, ASKS] }),
    ...(['approval_required', ['ask']] as const),
  ],
  [
    'a request that is deferred',
    entry('', { kind: 'approval_requested', policy_decisions: [ASKS, said('later', 'defer')] }),
    ...(['defer', ['later']] as const),
  ],
  ['a denial by policy', denied('POLICY_DENIED', ALLOWS, DENIES), 'deny', ['closed']],
  ['a denial of what rules made', denied('POLICY_DENIED', ALLOWS), 'deny', []],
  [
    'a denial by scope',
    denied('SCOPE_DENIED', said('kernel.scope', 'deny')),
    'deny',
    ['kernel.scope'],
  ],
  ['a tool that was not offered', denied('TOOL_NOT_OFFERED', DENIES), 'deny', ['closed']],
])('%s is a request', (_, recorded, decision, policy_ids) => {
  expect(recordedOf(recorded)).toMatchObject({ kind: 'request', past: { decision, policy_ids } });
});

test.each([
  ['a start after a crash', entry('started', { restart: 1, policy_decisions: [ALLOWS] })],
  ['a call that a person declined', denied('APPROVAL_DENIED', ASKS)],
  ['a call on which nobody decided', denied('APPROVAL_EXPIRED', ASKS)],
  ['an end', entry('finished', {})],
  ['what is no call', entry('', { kind: 'session_message' })],
])('%s is none', (_, recorded) => {
  expect(recordedOf(recorded)).toBeUndefined();
});

test('a start on an approval names the request that it rests on', () => {
  const recorded = recordedOf(entry('started', { basis: 'approval', request_id: 'r1' }));
  expect(recorded).toMatchObject({ kind: 'approved_start', request_id: 'r1' });
});

test.each([
  ['led out of scope', denied('SCOPE_DENIED', ALLOWS), 'out of scope on the disk'],
  ['were refused before policy', denied('INVALID_INPUT', DENIES), 'with INVALID_INPUT'],
])('calls that %s cannot be decided on again', (_, recorded, why) => {
  expect(recordedOf(recorded)).toMatchObject({
    ...{ kind: 'undecidable', why: expect.stringContaining(why) as string },
  });
});
