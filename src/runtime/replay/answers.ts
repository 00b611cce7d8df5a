/**
 * What the machine hears of the effect that it waits for: the log answers, and where the log has
 * no entry of its own for an answer (an allow, a void grant), the place to which the machine went.
 */
import type { EvidenceEntry } from '../../../kernel/index.ts';
import { turnResult } from '../turn-result.ts';
import { escalationOf, wakeAtOf } from './details.ts';
import type { ReplayLog } from './log.ts';
import { turnOutputOf, type ReadContent } from './outputs.ts';
import type { Answer, Heard, Question, Walk } from './walk.ts';

/** Where the machine is on its way to. */
export interface Ahead {
  /** The entry there; undefined behind the last one. */
  readonly entry: EvidenceEntry | undefined;
  /** The last place before it that is on record. */
  readonly passes: string | undefined;
}

export interface Sources {
  readonly walk: Walk;
  readonly log: ReplayLog;
  readonly content: ReadContent;
}

/** What the machine hears next on its way; undefined where the log has nothing more for it. */
export function nextHeard(sources: Sources, ahead: Ahead): Heard | undefined {
  const { walk } = sources;
  const { entry } = ahead;
  const question = walk.question();
  const answer = question && answerTo(question, sources, ahead);
  if (entry?.kind === 'session_escalated' && entry.state_before === walk.state) {
    const limit = limitBehind(entry, walk);
    const isNow = limit && (!answer || walk.hashAfter(limit) === entry.state_hash);
    if (isNow) return limit;
  }
  if (entry?.kind === 'session_scheduled' && walk.state === 'awaiting_turn.idle') {
    return { type: 'session.schedule', wake_at: wakeAtOf(entry.details) ?? '' };
  }
  return answer;
}

/** A limit that is told of by nothing but the escalation behind it. */
function limitBehind({ details }: { details?: Record<string, unknown> | undefined }, walk: Walk) {
  const limit = escalationOf(details)?.limit;
  if (!limit) return undefined;
  // The bytes of a turn are counted before it is asked for; time runs out in the middle.
  return limit.limit === 'max_input_bytes' && walk.question()?.slot === 'executeTurn'
    ? done('executeTurn', { kind: 'limit_reached', ...limit })
    : ({ type: 'limit.reached', ...limit } as const);
}

const done = (slot: Question['slot'], output: unknown): Answer => ({
  type: `xstate.done.actor.${slot}`,
  actorId: slot,
  output,
});

function answerTo(question: Question, sources: Sources, ahead: Ahead): Answer | undefined {
  const { effect_id, asked, slot } = question;
  const recorded = sources.log.answered(effect_id, asked.attempt);
  if (!recorded) return unrecorded(question, sources, ahead);
  if (slot === 'decideTool') {
    const kind = recorded.kind === 'tool_call_denied' ? 'denied' : 'allowed';
    return done(slot, { kind });
  }
  const { duration_ms } = recorded;
  if (recorded.kind === 'tool_call_crashed') {
    const message = inDoubt(recorded, ahead);
    const failed = { kind: 'failed', code: 'EFFECT_IN_DOUBT', message, duration_ms: 0 };
    return done(slot, slot === 'executeTurn' ? failed : { kind: 'in_doubt', message });
  }
  return slot === 'executeTurn'
    ? done(slot, turnResult(turnOutputOf(recorded, sources.content), duration_ms))
    : done(slot, { kind: 'finished', duration_ms });
}

/** An answer without an entry of its own shows in where the machine stood next. */
function unrecorded(
  { slot, effect_id }: Question,
  { log, walk }: Sources,
  { entry, passes }: Ahead,
): Answer | undefined {
  const isThrown = entry?.kind === 'session_escalated' && entry.state_before === walk.state;
  const failure = isThrown ? escalationOf(entry.details) : undefined;
  if (failure?.reason === 'effect_failed') {
    const { code, message } = failure;
    return { type: `xstate.error.actor.${slot}`, actorId: slot, error: { code, message } };
  }
  const isBegun = entry?.kind === 'tool_call_started' && entry.effect_id === effect_id;
  if (slot === 'decideTool' && (isBegun || passes === 'tool_request.executing')) {
    return done(slot, { kind: 'allowed' });
  }
  if (slot === 'decideTool' && passes === 'approval_required') {
    const request_id = log.liveRequest(effect_id);
    return request_id === undefined
      ? undefined
      : done(slot, { kind: 'approval_required', request_id });
  }
  return slot === 'executeTool' && passes === 'tool_request.deciding' && !isBegun
    ? done(slot, { kind: 'grant_void' })
    : undefined;
}

type Recorded = NonNullable<ReturnType<ReplayLog['answered']>>;

/** Told by who saw it end, or by who found it later: the escalation has the words. */
function inDoubt({ error, tool_name }: Recorded, { entry }: Ahead): string {
  const seen = error?.message ?? '';
  const found = `${tool_name} was started and never finished; whether it happened is not known`;
  const said = entry?.kind === 'session_escalated' ? escalationOf(entry.details)?.message : seen;
  return said === found ? found : seen;
}
