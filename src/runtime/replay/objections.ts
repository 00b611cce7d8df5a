/** Whether an entry is what the machine comes to: its place, what it knows there, what it asks. */
import {
  contentHash,
  requestedTools,
  toolEffectId,
  turnEffectId,
  TURN_TOOL,
  type EvidenceEntry,
  type RequestedTool,
  type TurnOutput,
} from '../../../kernel/index.ts';
import { currentCall } from '../../../machines/index.ts';
import type { Knowledge } from '../entry-states.ts';
import { stateDetail } from '../summary.ts';
import type { Sources } from './answers.ts';
import { escalationOf, wakeAtOf } from './details.ts';
import { turnOutputOf } from './outputs.ts';
import type { Walk } from './walk.ts';

export interface Objection {
  /** What follows for the machine. */
  readonly expected: string;
  /** What stands in the records. */
  readonly came: string;
}

type Entry<Kind extends EvidenceEntry['kind']> = Extract<EvidenceEntry, { readonly kind: Kind }>;

/** Objects where two texts are not the same. */
export const unless = (expected: string, came: string): Objection | undefined =>
  expected === came ? undefined : { expected, came };

/** Why an entry does not fit; undefined where the machine has come to it. */
export function objectionTo(entry: EvidenceEntry, sources: Sources): Objection | undefined {
  const { walk } = sources;
  const stood = entry.state_after ?? entry.state_before;
  return (
    toEffect(entry, sources) ??
    (isUnplaced(entry) ? undefined : unless(`state ${walk.state}`, `state ${stood}`)) ??
    toOrder(entry, walk) ??
    toMove(entry, walk) ??
    toFacts(entry, walk) ??
    (entry.state_hash === undefined
      ? undefined
      : unless(`context ${walk.hash()}`, `context ${entry.state_hash}`))
  );
}

/** What a session writes when it comes to one of these, before anything else. */
const TOLD: Readonly<Record<string, EvidenceEntry['kind']>> = {
  'awaiting_turn.paused': 'session_paused',
  scheduled: 'session_scheduled',
  escalate: 'session_escalated',
  complete: 'session_completed',
};

/** Behind a move into a state that is told comes the entry that tells it. */
function toOrder(entry: EvidenceEntry | undefined, walk: Walk): Objection | undefined {
  const owed = walk.hasJustMoved ? TOLD[walk.state] : undefined;
  return owed && unless(owed, entry?.kind ?? 'the end');
}

/** What moves nothing is written whether or not the session is in memory. */
const isUnplaced = ({ kind }: EvidenceEntry): boolean =>
  ['tool_call_progress', 'approval_voted', 'grant_revoked'].includes(kind);

/** Why the saved session is not the one that its evidence leads to. */
export function objectionToEnd({ value, context }: Knowledge, walk: Walk): Objection | undefined {
  const saved = stateDetail(value);
  if (saved !== walk.state) return unless(`state ${walk.state}`, `saved state ${saved}`);
  const ours: Readonly<Record<string, unknown>> = { ...walk.context };
  const theirs = context as Readonly<Record<string, unknown>>;
  for (const name of new Set([...Object.keys(ours), ...Object.keys(theirs)])) {
    const tell = (of: unknown): string => `${name} ${JSON.stringify(of)}`;
    if (contentHash(ours[name] ?? null) === contentHash(theirs[name] ?? null)) continue;
    return { expected: tell(ours[name]), came: `saved ${tell(theirs[name])}` };
  }
  return toOrder(undefined, walk);
}

/** A move leads from where the machine stood before to where it stands now. */
function toMove(entry: EvidenceEntry, walk: Walk): Objection | undefined {
  const isMove = !('effect_id' in entry) && entry.state_after !== undefined;
  if (!isMove || walk.before === undefined) return undefined;
  return unless(`a move from ${walk.before}`, `a move from ${entry.state_before}`);
}

function toEffect(entry: EvidenceEntry, sources: Sources): Objection | undefined {
  switch (entry.kind) {
    case 'tool_call_started':
      return toStart(entry, sources);
    case 'tool_call_denied':
      return toDenial(entry, sources);
    case 'tool_call_progress':
    case 'tool_call_finished':
    case 'tool_call_crashed': {
      const { opened, closed } = sources.log.tried(entry.effect_id) ?? {};
      const open = opened && !closed ? `call ${opened.receipt_id}` : 'no call';
      return unless(`${open} is running`, `call ${entry.receipt_id} is running`);
    }
    case 'approval_requested': {
      const effect_id = callOf(sources.walk);
      return unless(`a request for ${effect_id}`, `a request for ${entry.effect_id}`);
    }
    default:
      return undefined;
  }
}

/** The call at which the machine stands. */
const callOf = ({ context }: Walk): string => {
  const { session_id, tool_call_index } = currentCall(context);
  return toolEffectId(session_id, tool_call_index);
};

const tryOf = (effect_id: string, attempt: number, tool_name: string): string =>
  `${tool_name} as ${effect_id} attempt ${attempt}`;

function toStart(entry: Entry<'tool_call_started'>, sources: Sources): Objection | undefined {
  const question = sources.walk.lastQuestion();
  const came = `a start of ${tryOf(entry.effect_id, entry.attempt, entry.tool_name)}`;
  if (!question || question.slot === 'decideTool') {
    return { expected: `no start in ${sources.walk.state}`, came };
  }
  const { slot, effect_id, asked } = question;
  const call = slot === 'executeTool' ? requestedCall(sources, asked.call_in_turn) : undefined;
  const tool_name = slot === 'executeTurn' ? TURN_TOOL : (call?.name ?? 'nothing');
  return (
    unless(`a start of ${tryOf(effect_id, asked.attempt, tool_name)}`, came) ??
    toBasis(entry, sources) ??
    (call && toInput(entry, call, sources))
  );
}

function toBasis(
  { basis, request_id = '' }: Entry<'tool_call_started'>,
  { log }: Sources,
): Objection | undefined {
  if (basis === 'allow' || log.isApproved(request_id)) return undefined;
  return { expected: 'a start on a granted approval', came: `a start on ${request_id}` };
}

/** What runs is what the turn asked for, or what a rule or an approver put in its place. */
function toInput(
  entry: Entry<'tool_call_started'>,
  { input }: RequestedTool,
  { log }: Sources,
): Objection | undefined {
  const edited = entry.request_id === undefined ? undefined : log.editedInput(entry.request_id);
  const hash = entry.read_from ?? entry.modified_from ?? entry.input_hash;
  return unless(
    `input ${edited ?? contentHash(input)}`,
    `input ${edited ? entry.input_hash : hash}`,
  );
}

function toDenial(entry: Entry<'tool_call_denied'>, sources: Sources): Objection | undefined {
  const { walk } = sources;
  const came = `a denial of ${entry.effect_id} attempt ${entry.attempt}`;
  const question = walk.lastQuestion();
  const expected =
    question === undefined
      ? { effect_id: callOf(walk), attempt: walk.context.attempt }
      : { effect_id: question.effect_id, attempt: question.asked.attempt };
  const isWaiting = question !== undefined || walk.state === 'approval_required';
  return isWaiting
    ? unless(`a denial of ${expected.effect_id} attempt ${expected.attempt}`, came)
    : { expected: `no denial in ${walk.state}`, came };
}

function toFacts(entry: EvidenceEntry, { context }: Walk): Objection | undefined {
  switch (entry.kind) {
    case 'session_escalated': {
      const said = escalationOf(entry.details);
      const why = (of: typeof context.escalation | typeof said): string =>
        of ? `${of.reason}: ${of.code}: ${of.message}` : 'no escalation';
      return unless(why(context.escalation), why(said));
    }
    case 'session_scheduled':
      return unless(`wake at ${context.wake_at}`, `wake at ${wakeAtOf(entry.details)}`);
    case 'session_completed':
      return unless(
        `the end ${context.completion}`,
        `the end ${String(entry.details?.['completion'])}`,
      );
    default:
      return undefined;
  }
}

/** A call of the last turn, as the model asked for it. */
function requestedCall({ walk, log, content }: Sources, call_in_turn: number) {
  const { session_id, turn_count } = walk.context;
  const turn = log.tried(turnEffectId(session_id, turn_count - 1))?.closed;
  if (!turn) return undefined;
  const { data } = turnOutputOf(turn, content);
  return requestedTools(data as TurnOutput)[call_in_turn];
}
