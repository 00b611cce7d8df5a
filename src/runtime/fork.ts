/**
 * A new session that goes on from a point of an old one: with its conversation and its counts up to
 * there, and nothing else of it. No effect runs again, and no request, approval or limit that
 * somebody raised comes along. The old session stays as it is.
 */
import { z } from 'zod';
import {
  message as messageSchema,
  RuntimeError,
  sessionId,
  turnEffectId,
  type Clock,
  type EvidenceEntry,
  type IdSource,
  type Limits,
  type Message,
  type Store,
} from '../../kernel/index.ts';
import {
  initialContext,
  sessionMachine,
  type Envelope,
  type SessionContext,
} from '../../machines/index.ts';
import type { Actors } from './actor-host.ts';
import type { Models } from './models.ts';
import type { RecordedSession } from './replay/contract.ts';
import { contextAfter } from './replay/replay.ts';
import { readRecorded } from './replay/read.ts';
import { stageBeginning, type ForkedFrom } from './session-entries.ts';
import { parse } from './session-options.ts';
import { readSession } from './session-records.ts';
import type { SessionStart } from './session-start.ts';

const forkOptions = z.strictObject({
  session_id: sessionId,
  /** Behind this entry of its evidence. Default: behind the last one that can be gone on from. */
  at: z.int().nonnegative().optional(),
  /** Before this turn, counted from 0. */
  turn: z.int().nonnegative().optional(),
  new_session_id: sessionId.optional(),
  /** What is said next; without it the new session waits. */
  message: z.union([z.string().min(1), messageSchema]).optional(),
  model_profile: z.string().trim().min(1).optional(),
  /** Added to that of the old session. */
  metadata: z.record(z.string(), z.unknown()).optional(),
});
export type ForkOptions = z.input<typeof forkOptions>;

export interface ForkParts {
  readonly store: Store;
  readonly actors: Actors;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly run_id: string;
  readonly models: Models;
  readonly effectiveLimits: (asked: Limits | undefined) => Limits;
  /** What policy asks about the calls of a session up to an entry. */
  readonly factsUntil: (session_id: string, seq: number) => Promise<ReadonlySet<string>>;
}

/** A place behind which a session can be gone on from: no call of it is without its result. */
interface Point {
  readonly entry: EvidenceEntry;
  /** What came then in the old session. */
  readonly next: EvidenceEntry | undefined;
  /** How many messages there were. */
  readonly message_count: number;
}

/**
 * Makes the new session, at rest; answers its id.
 * @throws RuntimeError SESSION_NOT_FOUND, INVALID_INPUT (no such point; the message names the
 * nearest), CONFIGURATION_ERROR (no such profile), SESSION_EXISTS, REPLAY_NOT_POSSIBLE,
 * REPLAY_DIFFERS
 */
export async function forkSession(parts: ForkParts, given: ForkOptions): Promise<string> {
  const options = parse(forkOptions, given, 'Fork');
  const { store, actors, ids, clock } = parts;
  const { session_id: old_id, model_profile } = options;
  if (model_profile !== undefined) parts.models.assertKnown(model_profile);
  const recorded = await readRecorded(store, old_id);
  const { start: old } = await readSession(store, old_id);
  const { entry, message_count } = pointOf(options, recorded);
  const messages = recorded.messages?.slice(0, message_count) ?? [];
  const session_id = options.new_session_id ?? ids.next('session');
  const start: SessionStart = {
    ...old,
    ...{ session_id, run_id: parts.run_id },
    task_id: old.task_id === old_id ? session_id : old.task_id,
    created_at: new Date(clock.now()).toISOString(),
    ...(model_profile !== undefined && { model_profile }),
    ...(options.metadata && { metadata: { ...old.metadata, ...options.metadata } }),
  };
  const limits = parts.effectiveLimits(old.limits);
  const context = forkedContext(contextAfter({ ...recorded, messages }, entry.seq), {
    session_id,
    limits,
  });
  const saved = envelopeOf(start, context, options.message === undefined && isTurnDue(messages));
  const { value } = saved.snapshot;
  const forked_from: ForkedFrom = { session_id: old_id, seq: entry.seq, hash: entry.hash };
  const facts = await parts.factsUntil(old_id, entry.seq);
  await actors.create(
    start,
    { saved },
    {
      stage: (files) => {
        files.journal.learn(facts);
        stageBeginning(files, messages, { forked_from, standing: { value, context } });
      },
    },
  );
  return session_id;
}

/** The point that was asked for. */
function pointOf(
  { session_id, at, turn }: z.output<typeof forkOptions>,
  { entries, messages = [] }: RecordedSession,
): Point {
  if (at !== undefined && turn !== undefined) {
    throw new RuntimeError('INVALID_INPUT', 'Fork: name an entry or a turn, not both');
  }
  const points = pointsOf(entries, messages);
  const begun = turnEffectId(session_id, turn ?? 0);
  const isAsked = ({ entry, next }: Point): boolean =>
    at === undefined
      ? next?.kind === 'tool_call_started' && next.effect_id === begun
      : entry.seq === at;
  const point = at === undefined && turn === undefined ? points.at(-1) : points.find(isAsked);
  if (point) return point;
  const wanted = at === undefined ? `before turn ${turn}` : `at entry ${at}`;
  throw new RuntimeError(
    'INVALID_INPUT',
    `Fork: ${session_id} cannot be forked ${wanted}: ${nearestTo(at, points)}`,
  );
}

/** Every point of a session, in order. */
function pointsOf(entries: readonly EvidenceEntry[], messages: readonly Message[]): Point[] {
  return entries.flatMap((entry, index) => {
    const next = entries[index + 1];
    const message_count = next ? next.message_count : messages.length;
    if (message_count === undefined) return [];
    return isWhole(messages.slice(0, message_count)) ? [{ entry, next, message_count }] : [];
  });
}

/** Whether every call of the conversation has its result. */
function isWhole(messages: readonly Message[]): boolean {
  const last = messages.findLastIndex(({ role }) => role === 'assistant');
  const calls = messages[last]?.tool_calls ?? [];
  const answered = new Set(messages.slice(last + 1).map(({ tool_call_id }) => tool_call_id));
  return calls.every(({ tool_call_id }) => answered.has(tool_call_id));
}

function nearestTo(at: number | undefined, points: readonly Point[]): string {
  const seqs = points.map(({ entry }) => entry.seq);
  if (at === undefined) return `entries that can be gone on from are ${seqs.join(', ')}`;
  const before = seqs.findLast((seq) => seq < at);
  const behind = seqs.find((seq) => seq > at);
  const nearest = [before, behind].filter((seq) => seq !== undefined);
  return `a call is open there, or a turn; nearest are ${nearest.join(' and ') || 'none'}`;
}

/** Whether the model is to speak next. */
const isTurnDue = (messages: readonly Message[]): boolean => messages.at(-1)?.role !== 'assistant';

/** The counts of the old session, in a session that nothing holds up. */
function forkedContext(
  { turn_count, tool_call_count, ...used }: SessionContext,
  { session_id, limits }: { readonly session_id: string; readonly limits: Limits },
): SessionContext {
  const { input_tokens, output_tokens, cost_microusd, busy_ms } = used;
  return {
    ...initialContext({ session_id, limits }),
    ...{ turn_count, tool_call_count, input_tokens, output_tokens, cost_microusd, busy_ms },
  };
}

/** Where a turn is due the new session is paused: whoever resumes it has the turn taken again. */
function envelopeOf(start: SessionStart, context: SessionContext, isDue: boolean): Envelope {
  return {
    schema_version: 1,
    machine_id: sessionMachine.id,
    machine_version: sessionMachine.version ?? '',
    saved_at: start.created_at,
    created_at: start.created_at,
    driver: start.driver,
    snapshot: {
      status: 'active',
      value: { awaiting_turn: isDue ? 'paused' : 'idle' },
      context: { ...context },
      children: {},
      historyValue: {},
      tags: [],
    },
  };
}
