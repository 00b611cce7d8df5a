/** How a session that rests goes on, by what it rests for. */
import {
  RuntimeError,
  type Approval,
  type Message,
  type SessionSummary,
  type ToolOutput,
} from '../../kernel/index.ts';
import { currentCall, type SessionEvent } from '../../machines/index.ts';
import { createToolResultMessage } from '../runtime/messages.ts';
import { requestedCall } from '../runtime/requested-call.ts';
import { internalsOf } from '../runtime/runtime.ts';
import type { SessionEffects } from '../runtime/session-effects.ts';
import { record } from '../runtime/session-entries.ts';
import type { SessionFiles } from '../runtime/session-files.ts';
import { readSummary } from '../runtime/session-records.ts';
import type { SessionResult } from './contract.ts';
import { ifKnown } from './known-approval.ts';
import { outcome, type Drive, type DriveParts } from './drive.ts';
import { News } from './news.ts';
import { isOver, readResult } from './result.ts';

export interface Continuation {
  readonly session_id: string;
  readonly turns_left: number;
  /** What happened meanwhile, for the model to read before its next turn. */
  readonly messages: readonly Message[];
}

export interface Resumed {
  /** False where the session keeps waiting for a decision; nothing of it was changed then. */
  readonly hasMoved: boolean;
  readonly result: SessionResult;
}

/** One session on its way on. */
interface Going {
  readonly parts: DriveParts;
  readonly session_id: string;
  readonly turns_left: number;
  readonly effects: SessionEffects;
  readonly news: News;
}

/**
 * Has a session go on until it rests again.
 * @throws RuntimeError SESSION_NOT_FOUND, EVENT_NOT_ACCEPTED
 */
export async function resume(
  parts: DriveParts,
  drive: Drive,
  { session_id, turns_left, messages }: Continuation,
): Promise<Resumed> {
  const { host } = parts;
  const news = new News(messages);
  const effects = news.before(drive.effects);
  if (!(await goOn({ parts, session_id, turns_left, effects, news }))) {
    return { hasMoved: false, result: await readResult(host, session_id) };
  }
  await host.actors.settled(session_id);
  await news.keep(host, session_id, effects);
  return { hasMoved: true, result: await outcome(parts, drive, session_id) };
}

async function goOn(going: Going): Promise<boolean> {
  const { parts, session_id, turns_left } = going;
  const summary = await readSummary(parts.host.store, session_id);
  if (isOver(summary) || summary.completion) {
    throw new RuntimeError('EVENT_NOT_ACCEPTED', `Session ${session_id} is completed`);
  }
  if (summary.tags.includes('busy')) return afterCrash(going);
  if (summary.state === 'approval_required') return afterApproval(going, summary);
  if (summary.state === 'escalate') return afterFailure(going, summary);
  return deliver(going, { type: 'session.continue', turns_left });
}

/**
 * The process ended while the session ran: it goes on where the log ends. Where somebody else is
 * driving it, this waits for the end of that.
 */
async function afterCrash({ parts, session_id, effects, news }: Going): Promise<boolean> {
  const { actors } = parts.host;
  const stage = (files: SessionFiles): void => record(files, 'session_resumed');
  await actors.activate(session_id, { effects, stage });
  if (actors.effects(session_id) === effects || news.isRead) return true;
  const message = `Session ${session_id} is being driven already and takes no messages meanwhile`;
  throw new RuntimeError('EVENT_NOT_ACCEPTED', message);
}

async function afterApproval(going: Going, summary: SessionSummary): Promise<boolean> {
  const request_id = summary.pending_request_id ?? '';
  const own = internalsOf(going.parts.executor);
  const resolved = (approved: boolean, granted_request_id = request_id): SessionEvent => ({
    ...{ type: 'approval.resolved', request_id, approved, granted_request_id },
  });
  const approval = own && (await ifKnown(own.approvals.get(request_id)));
  // Another kernel keeps its approvals: what came of this one is in the messages.
  if (!approval) return deliver(going, resolved(false));
  if (approval.status === 'pending') return false;
  if (approval.status === 'denied') return afterDenial(going, resolved(false), approval);
  const granted = await own.approvals.granted(request_id);
  if (!granted) return deliver(going, { type: 'approval.expired', request_id });
  return deliver(going, resolved(true, granted.request_id));
}

async function afterDenial(
  going: Going,
  event: SessionEvent,
  approval: Approval,
): Promise<boolean> {
  const { parts, effects, session_id } = going;
  const live = await parts.host.actors.activate(session_id, { effects });
  const position = currentCall(live.actor.getSnapshot().context);
  const decline = await effects.declineTool(live.files, position);
  return deliver(going, event, () => decline(approval));
}

/** A failed turn is tried again; a call that nobody can vouch for goes on without a result. */
async function afterFailure(going: Going, summary: SessionSummary): Promise<boolean> {
  const { parts, effects, session_id } = going;
  const live = await parts.host.actors.activate(session_id, { effects });
  const { context } = live.actor.getSnapshot();
  if (context.escalated_from !== 'call') return deliver(going, { type: 'escalation.retried' });
  const { call } = await requestedCall(live.files, currentCall(context));
  const { code = 'EFFECT_IN_DOUBT', message = '' } = summary.escalation ?? {};
  const output: ToolOutput = { success: false, error: { code, message } };
  const { name: toolName, tool_call_id: toolCallId } = call;
  return deliver(going, { type: 'escalation.continued' }, (files) =>
    files.transcript.appendResult(createToolResultMessage({ toolName, toolCallId, output })),
  );
}

async function deliver(
  { parts, effects, session_id, turns_left }: Going,
  event: SessionEvent,
  stage: (files: SessionFiles) => void = () => {},
): Promise<true> {
  const { actors } = parts.host;
  await actors.deliver(session_id, event, {
    effects,
    stage: (files) => {
      record(files, 'session_resumed');
      stage(files);
      actors.active(session_id)?.actor.send({ type: 'budget.changed', turns_left });
      return undefined;
    },
  });
  return true;
}
