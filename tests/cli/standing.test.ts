/** What the command line offers to do with a session is what the session takes. */
import { expect, test } from 'vitest';
import { sessionMachine } from 'troupe/machines';
import { escalatedFrom, type EscalatedFrom, type EscalationAnswer } from 'troupe/kernel';
import { answersTo } from '../../src/cli/standing.ts';
import { eventOf } from '../../src/runtime/escalations.ts';

const ANSWERS = ['retry', 'continue', 'use_result', 'abandon'] as const;

const escalatedAt = (escalated_from: EscalatedFrom) =>
  sessionMachine.resolveState({
    value: 'escalate',
    context: {
      ...sessionMachine.getInitialSnapshot({} as never).context,
      escalated_from,
    },
  });

/** What the chart takes, but for what comes with a message where none can come. */
function taken(from: EscalatedFrom): readonly EscalationAnswer['action'][] {
  const isTaken = (action: EscalationAnswer['action']): boolean =>
    escalatedAt(from).can(eventOf({ action })) && !(action === 'continue' && from === 'next_call');
  return ANSWERS.filter(isTaken);
}

test.each(escalatedFrom.options)('escalated at %s', (from) => {
  expect(answersTo(from)).toEqual(taken(from));
});
