/** Where a session stands: what it waits for, which commands go on, and what that exits with. */
import {
  assertNever,
  describeError,
  type Escalation,
  type SessionSummary,
} from '../../kernel/index.ts';

export interface Standing {
  readonly waits_for: string;
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
  { session_id, escalation }: SessionSummary,
  commandLine: CommandLine,
): Pick<Standing, 'waits_for' | 'next'> {
  const answer = (...words: readonly string[]): string =>
    commandLine('answer', session_id, ...words);
  return {
    waits_for: `a person, as ${escalation?.code}: ${escalation?.message}`,
    next: [
      answer('--retry'),
      answer('--continue', 'what to do instead'),
      ...(standsAtCall(escalation) ? [answer('--use-result', '@result.json')] : []),
      answer('--abandon'),
    ],
  };
}

/** Only a call can be given a result; where a failed effect was one of both, it is worth a try. */
const standsAtCall = (escalation: Escalation | undefined): boolean =>
  ['in_doubt', 'approval_expired', 'effect_failed'].includes(escalation?.reason ?? '');

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
