/** Where a session stands: what it waits for, which commands go on, and what that exits with. */
import {
  assertNever,
  describeError,
  RuntimeError,
  type EscalatedFrom,
  type EscalationAnswer,
  type SessionSummary,
} from '../../kernel/index.ts';

export interface Standing {
  readonly waits_for: string;
  /** What to mend before an answer helps, where something stands in the way. */
  readonly remedy?: string;
  /** Command lines, complete. */
  readonly next: readonly string[];
  readonly exit: number;
}

type CommandLine = (...words: readonly string[]) => string;

/** Answers the standing of a session; a session that is at rest needs a person or nobody. */
export function standingOf(summary: SessionSummary, commandLine: CommandLine): Standing {
  const { session_id, state, pending_request_id = '' } = summary;
  const resume = commandLine('resume', session_id);
  switch (state) {
    case 'complete':
      return {
        waits_for: `nothing, it is ${summary.completion ?? 'complete'}`,
        next: [commandLine('evidence', 'verify', session_id)],
        exit: 0,
      };
    case 'approval_required':
      return {
        waits_for: `a person to decide on ${pending_request_id}`,
        next: [
          commandLine('approvals', 'show', pending_request_id),
          commandLine('approvals', 'approve', pending_request_id),
          commandLine('approvals', 'deny', pending_request_id, '--reason', 'why not'),
          resume,
        ],
        exit: describeError('APPROVAL_REQUIRED').exit,
      };
    case 'escalate':
      return { ...escalated(summary, commandLine), exit: exitOf(summary) };
    case 'scheduled':
      return { waits_for: `its time, ${summary.wake_at}`, next: [resume], exit: 0 };
    case 'tool_request':
      return { waits_for: 'being resumed', next: [resume], exit: 0 };
    case 'awaiting_turn':
      return summary.detail === 'awaiting_turn.idle'
        ? { waits_for: 'the next message', next: [sendLine(summary, commandLine)], exit: 0 }
        : { waits_for: 'being resumed', next: [resume], exit: 0 };
    default:
      return assertNever(state);
  }
}

function escalated(
  { session_id, escalation, escalated_from }: SessionSummary,
  commandLine: CommandLine,
): Omit<Standing, 'exit'> {
  const { code = '', message } = escalation ?? {};
  return {
    waits_for: `a person, as ${code}: ${message}`,
    remedy: describeError(code).remedy,
    next: answersTo(escalated_from).map((action) =>
      commandLine('answer', session_id, ...ANSWER_OPTIONS[action]),
    ),
  };
}

const ANSWER_OPTIONS: Readonly<Record<EscalationAnswer['action'], readonly string[]>> = {
  retry: ['--retry'],
  continue: ['--continue', 'what to do instead'],
  use_result: ['--use-result', '@result.json'],
  abandon: ['--abandon'],
};

/**
 * The answers that a session takes where it was escalated. Only a call can be given a result, and
 * no message comes between the calls of one turn.
 */
export function answersTo(
  escalated_from: EscalatedFrom | undefined,
): readonly EscalationAnswer['action'][] {
  switch (escalated_from) {
    case 'call':
      return ['retry', 'continue', 'use_result', 'abandon'];
    case 'next_call':
      return ['retry', 'abandon'];
    case 'turn':
    case 'next_turn':
    case undefined:
      return ['retry', 'continue', 'abandon'];
    default:
      return assertNever(escalated_from);
  }
}

/** What stands in the way says more than that a person is needed. */
const exitOf = ({ escalation }: SessionSummary): number =>
  describeError(escalation?.code ?? 'MODEL_ESCALATED').exit;

const sendLine = ({ session_id }: SessionSummary, commandLine: CommandLine): string =>
  commandLine('send', session_id, 'your message');

/** Whether the session moves by itself once it is resumed, and waits for nobody. */
export function isReady({ detail, tags, wake_at = '' }: SessionSummary, now: number): boolean {
  if (detail === 'scheduled') return Date.parse(wake_at) <= now;
  return tags.includes('busy') || detail === 'awaiting_turn.paused';
}

/** What a person can have for a session. */
export type Intake = 'a message' | 'an answer' | 'a result' | 'a cancel';

/** What an answer is to a session: a result needs a call that waits for one. */
export const intakeOf = ({ action }: EscalationAnswer): Intake =>
  action === 'use_result' ? 'a result' : 'an answer';

/**
 * Makes sure that a session takes what a person has for it, before anything of it moves.
 * @throws RuntimeError EVENT_NOT_ACCEPTED with what it waits for, and the commands that go on.
 */
export function assertTakes(
  summary: SessionSummary,
  intake: Intake,
  commandLine: CommandLine,
): void {
  if (takes(summary, intake)) return;
  const { session_id, detail: state } = summary;
  const { waits_for, next } = standingOf(summary, commandLine);
  const message = `Session ${session_id} does not take ${intake}: it waits for ${waits_for}`;
  const details = { session_id, state, waits_for, next };
  throw new RuntimeError('EVENT_NOT_ACCEPTED', message, { details });
}

function takes({ state, detail, escalated_from }: SessionSummary, intake: Intake): boolean {
  switch (intake) {
    case 'a result':
      return escalated_from === 'call';
    case 'a message':
      return detail === 'awaiting_turn.idle';
    case 'an answer':
      return state === 'escalate';
    case 'a cancel':
      return state !== 'complete';
  }
}
