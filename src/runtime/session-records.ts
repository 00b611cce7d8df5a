/** The records of a session, read back: parsed, carried over to today's machine, or refused. */
import {
  chainHead,
  evidenceEntry,
  message,
  RuntimeError,
  type Message,
  type SessionState,
  type SessionSummary,
  type Store,
} from '../../kernel/index.ts';
import {
  envelope,
  sessionMachine,
  sessionUpcasts,
  toStates,
  upcast,
  type Envelope,
} from '../../machines/index.ts';
import { decode, unlessDamaged, type OnDamage } from './codec.ts';
import { assertSavedContext } from './saved-context.ts';
import { assertSavedEffects } from './saved-effects.ts';
import { sessionStart, type SessionStart } from './session-start.ts';
import { notFound, stateDetail, summarize } from './summary.ts';

export interface SessionRecords {
  readonly saved: Envelope;
  readonly start: SessionStart;
}

/**
 * @throws RuntimeError SESSION_NOT_FOUND, STORE_CORRUPT, MACHINE_VERSION_UNKNOWN,
 * SESSION_NOT_RESTORABLE
 */
export async function readSession(store: Store, session_id: string): Promise<SessionRecords> {
  const [text, start] = await Promise.all([
    store.get('session', [session_id]),
    readStart(store, session_id),
  ]);
  if (text === undefined) throw notFound(session_id);
  if (start === undefined) {
    throw new RuntimeError('STORE_CORRUPT', `The record session_start ${session_id} is missing`);
  }
  const saved = decode(envelope, text, `session ${session_id}`);
  const machine = { machine_id: sessionMachine.id, machine_version: sessionMachine.version ?? '' };
  const carried = upcast(saved, machine, sessionUpcasts);
  assertKnownState(carried, session_id);
  assertSavedContext(carried.snapshot.context, session_id);
  assertSavedEffects(carried, session_id);
  return { saved: carried, start };
}

/**
 * With what a session was started; undefined for the chain of a host's calls.
 * @throws RuntimeError STORE_CORRUPT, also for a record that has it in another lane than evidence
 */
export async function readStart(
  store: Store,
  session_id: string,
): Promise<SessionStart | undefined> {
  const text = await store.get('session_start', [session_id]);
  if (text === undefined) return undefined;
  const record = `session_start ${session_id}`;
  const start = decode(sessionStart, text, record);
  const isOwn = start.session_id === session_id && (await isInItsLane(store, start));
  if (isOwn) return start;
  throw new RuntimeError('STORE_CORRUPT', `The record ${record} is not what was started`);
}

/** Under whose rules a session is stands in its evidence: a record moves it to no other lane. */
async function isInItsLane(store: Store, { session_id, lane_id }: SessionStart): Promise<boolean> {
  for await (const { key, value } of store.scan('evidence', { prefix: [session_id] })) {
    const entry = decode(evidenceEntry, value, `evidence ${key.join('/')}`);
    if (entry.kind === 'session_started') return entry.details?.['lane_id'] === lane_id;
  }
  return true;
}

/**
 * One of its records is enough: a session that lost the other must not be begun anew over it. The
 * id of a workflow is taken, too.
 * @throws RuntimeError SESSION_EXISTS
 */
export async function assertNew(store: Store, session_id: string): Promise<void> {
  for (const kind of ['session', 'session_start', 'workflow'] as const) {
    if ((await store.get(kind, [session_id])) === undefined) continue;
    throw new RuntimeError('SESSION_EXISTS', `There is already a session ${session_id}`);
  }
}

/** Where a session can be between two moves: it waits, it works, or it is over. */
const KNOWN_STATES = new Set(
  toStates(sessionMachine)
    .filter(({ tags, type }) => tags.length > 0 || type === 'final')
    .map(({ path }) => path),
);

/** A state in which it never stands would leave it there, or in an error, for good. */
function assertKnownState({ snapshot }: Envelope, session_id: string): void {
  const detail = stateDetail(snapshot.value);
  if (KNOWN_STATES.has(detail)) return;
  const message = `Session ${session_id} was saved in the state ${JSON.stringify(detail)}`;
  throw new RuntimeError('SESSION_NOT_RESTORABLE', message);
}

/** @throws RuntimeError SESSION_NOT_FOUND, STORE_CORRUPT */
export async function readSummary(store: Store, session_id: string): Promise<SessionSummary> {
  const text = await store.get('session', [session_id]);
  if (text === undefined) throw notFound(session_id);
  // Written with the first envelope, so read behind it.
  const head = await store.get('head', [session_id]);
  if (head === undefined) {
    throw new RuntimeError('STORE_CORRUPT', `The record head ${session_id} is missing`);
  }
  const saved = decode(envelope, text, `session ${session_id}`);
  return summarize(session_id, saved, decode(chainHead, head, `head ${session_id}`));
}

/** The transcript as it is on disk. @throws RuntimeError STORE_CORRUPT */
export async function readMessages(store: Store, session_id: string): Promise<Message[]> {
  const messages: Message[] = [];
  for await (const { key, value } of store.scan('message', { prefix: [session_id] })) {
    messages.push(decode(message, value, `message ${key.join('/')}`));
  }
  return messages;
}

export interface SessionFilter {
  readonly state?: SessionState | undefined;
  readonly limit?: number | undefined;
}

/** The sessions of a store in the order of their ids, but for damaged ones. */
export async function listSummaries(
  { store, onDamage }: { readonly store: Store; readonly onDamage: OnDamage },
  { state, limit = 1_000 }: SessionFilter = {},
): Promise<SessionSummary[]> {
  const summaries: SessionSummary[] = [];
  for await (const { key } of store.scan('session')) {
    const session_id = String(key[0]);
    const read = () => readSummary(store, session_id);
    const summary = await unlessDamaged(session_id, onDamage, read);
    if (summary && (state === undefined || summary.state === state)) summaries.push(summary);
    if (summaries.length >= limit) break;
  }
  return summaries;
}
