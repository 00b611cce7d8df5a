/** Asks a person for whatever a resting session waits for. */
import { describeError, isRuntimeError, type SessionSummary } from '../../../kernel/index.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import type { Io } from '../io.ts';
import { printable } from '../printable.ts';
import type { Style } from '../render/style.ts';
import { answersTo } from '../standing.ts';
import { askApproval } from './approval.ts';
import { askEscalation } from './escalation.ts';

export interface Desk {
  readonly io: Io;
  readonly style: Style;
  /** Ends a question that is open. */
  readonly signal: AbortSignal;
  readonly runtime: Runtime;
  readonly session_id: string;
}

/** Answers whether the session is to be looked at again: an answer was given, or refused. */
export async function goesOn(desk: Desk): Promise<boolean> {
  const summary = await desk.runtime.sessions.summary(desk.session_id);
  try {
    return await answered(desk, summary);
  } catch (thrown) {
    if (!isRefusal(thrown)) throw thrown;
    desk.io.err(`${printable(`${thrown.code}: ${thrown.message}`)}\n`);
    return true;
  }
}

async function answered(desk: Desk, summary: SessionSummary): Promise<boolean> {
  const { io, style, signal, runtime, session_id } = desk;
  switch (summary.detail) {
    case 'awaiting_turn.idle': {
      const message = await io.prompts.text({ message: 'Your message (empty: leave)', signal });
      if (!message?.trim()) return false;
      await runtime.sessions.send(session_id, message);
      return true;
    }
    case 'approval_required': {
      const approval = await runtime.approvals.get(summary.pending_request_id ?? '');
      const resolution = await askApproval(approval, { io, style, signal });
      const resolved = resolution && (await runtime.approvals.resolve(resolution));
      // Where others have to agree as well, this person has said all that there is to say.
      return resolved !== undefined && resolved.votes_missing === undefined;
    }
    case 'escalate': {
      const { code = '', message = '' } = summary.escalation ?? {};
      io.out(`\n${style.bad(printable(`${code}: ${message}`))}\n${describeError(code).remedy}\n`);
      const answer = await askEscalation(answersTo(summary.escalated_from), io, signal);
      if (answer) await runtime.sessions.answer(session_id, answer, io.userName());
      return answer !== undefined;
    }
    default:
      return false;
  }
}

/** The answer was not taken; that is no reason to end. */
function isRefusal(thrown: unknown): thrown is Error & { readonly code: string } {
  return isRuntimeError(thrown) && describeError(thrown.code).http < 500;
}
