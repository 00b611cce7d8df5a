/** What the command line offers to do with a session is what the session takes. */
import { describe, expect, test } from 'vitest';
import { sessionMachine } from 'troupe/machines';
import type { EscalationReason } from 'troupe/kernel';
import { answersTo } from '../../src/cli/standing.ts';
import { eventOf } from '../../src/runtime/escalations.ts';

type From = 'turn' | 'call' | 'next_turn' | 'next_call';

/** Where a session can have stood when it was escalated for a reason. */
const STOOD: readonly (readonly [reason: EscalationReason, at: readonly From[]])[] = [
  ['model_escalated', ['next_turn']],
  ['turn_failed', ['turn']],
  ['in_doubt', ['call']],
  ['approval_expired', ['call']],
  ['effect_failed', ['turn', 'call']],
  ['limit_reached', ['turn', 'call', 'next_turn', 'next_call']],
];

const escalatedAt = (escalated_from: From) =>
  sessionMachine.resolveState({
    value: 'escalate',
    context: {
      ...sessionMachine.getInitialSnapshot({} as never).context,
      escalated_from,
    },
  });

describe.each(STOOD)('escalated as %s', (reason, at) => {
  test.each(answersTo(reason))('%s is taken wherever it stood', (action) => {
    for (const from of at) expect(escalatedAt(from).can(eventOf({ action }))).toBe(true);
  });

  test('a result is offered exactly where it is taken for sure', () => {
    const result = eventOf({ action: 'use_result' });
    const isTaken = at.every((from) => escalatedAt(from).can(result));
    expect(answersTo(reason).includes('use_result')).toBe(isTaken);
  });
});
