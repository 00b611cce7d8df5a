/** What the entries of a session say in their details, read back for a replay. */
import { z } from 'zod';
import { escalation, escalationAnswer, limits, type EvidenceEntry } from '../../../kernel/index.ts';
import type { Beginning } from './walk.ts';

type Details = Readonly<Record<string, unknown>> | undefined;

const beginning = z.union([
  z.object({
    input: z.object({
      limits,
      turns_left: z.int().nullable(),
      wake_at: z.string().nullable(),
    }),
  }),
  z.object({
    standing: z.object({ value: z.unknown(), context: z.record(z.string(), z.unknown()) }),
  }),
]);

/** With what a session began; undefined where its first entry does not say so. */
export function beginningOf(first: EvidenceEntry | undefined): Beginning | undefined {
  if (first?.kind !== 'session_started') return undefined;
  const { data } = beginning.safeParse(first.details);
  if (!data) return undefined;
  if ('standing' in data) return data;
  return { input: { ...data.input, session_id: first.session_id } };
}

const begunWith = z.object({ message_count: z.int().nonnegative() });

/** How many messages a session began with. */
export const messagesAtBeginning = (details: Details): number =>
  begunWith.safeParse(details).data?.message_count ?? 0;

const resumed = z.object({
  event: z.discriminatedUnion('type', [
    z.object({ type: z.literal('session.continue'), turns_left: z.int().nullable() }),
    z.object({ type: z.literal('wakeup.due') }),
  ]),
});

/** The event that a resuming brought; undefined for one that only went on. */
export const resumedBy = (details: Details) => resumed.safeParse(details).data?.event;

/** What an operator said, and the limits that counted from there on. */
export function answerOf(details: Details = {}) {
  const { limits: counted, ...said } = details;
  const answer = escalationAnswer.safeParse(said).data;
  const { data } = limits.safeParse(counted);
  return answer && data && { answer, limits: data };
}

const limitReached = z.object({ limit: limits.keyof(), max: z.number(), value: z.number() });
const escalated = escalation.extend({ limit: limitReached.optional() });

/** Why a session was escalated, and the limit that it was told of. */
export const escalationOf = (details: Details) => z.object(escalated.shape).safeParse(details).data;

const scheduled = z.object({ wake_at: z.string() });

export const wakeAtOf = (details: Details) => scheduled.safeParse(details).data?.wake_at;
