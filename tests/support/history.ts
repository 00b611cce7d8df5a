/** What a store holds of its sessions, read back for the checkers, and what the world has seen. */
import {
  approval,
  chainHead,
  evidenceEntry,
  type Approval,
  type ChainHead,
  type EvidenceEntry,
  type Limits,
  type Store,
} from 'troupe/kernel';
import { envelope, type SessionContext } from 'troupe/machines';

/** One run of a tool, told by the tool itself: what happened, whatever the records say. */
export interface Effect {
  readonly session_id: string;
  /** The idempotency key that the tool was given. */
  readonly effect_id: string;
  readonly receipt_id: string;
  readonly tool_name: string;
  readonly input: unknown;
}

export interface Wakeup {
  readonly due_at: number;
  readonly kind: 'approval_expiry' | 'session_wake';
  readonly session_id: string;
  readonly request_id?: string;
}

export interface SessionHistory {
  readonly session_id: string;
  /** As they are stored, for the hash chain. */
  readonly texts: readonly string[];
  readonly entries: readonly EvidenceEntry[];
  readonly head: ChainHead;
  readonly messages: readonly string[];
  readonly state: string | Readonly<Record<string, unknown>>;
  readonly context: SessionContext;
  readonly limits: Limits;
  readonly approvals: readonly Approval[];
  /** Whether a restart would have it go on by itself. */
  readonly isRunning: boolean;
}

export interface History {
  readonly sessions: readonly SessionHistory[];
  readonly wakeups: readonly Wakeup[];
  /** By content hash. */
  readonly contents: ReadonlyMap<string, unknown>;
  readonly effects: readonly Effect[];
  /** The instant at which it was read, in milliseconds. */
  readonly now: number;
}

type Kind = Parameters<Store['scan']>[0];

/** Reads everything that is durable. */
export async function readHistory(
  store: Store,
  effects: readonly Effect[],
  now: number,
): Promise<History> {
  const wakeups: Wakeup[] = [];
  for await (const { key, value } of store.scan('wakeup')) {
    wakeups.push({ ...(JSON.parse(value) as Omit<Wakeup, 'due_at'>), due_at: Number(key[0]) });
  }
  const contents = new Map<string, unknown>();
  for await (const { key, value } of store.scan('blob')) {
    contents.set(String(key[0]), JSON.parse(value));
  }
  const sessions: SessionHistory[] = [];
  for await (const { key } of store.scan('session')) {
    sessions.push(await readSession(store, String(key[0])));
  }
  return { sessions, wakeups, contents, effects: [...effects], now };
}

async function readSession(store: Store, session_id: string): Promise<SessionHistory> {
  const valuesOf = async (kind: Kind): Promise<string[]> => {
    const records = await Array.fromAsync(store.scan(kind, { prefix: [session_id] }));
    return records.map(({ value }) => value);
  };
  const valueOf = async (kind: Kind): Promise<unknown> =>
    JSON.parse((await store.get(kind, [session_id])) ?? 'null');
  const { snapshot } = envelope.parse(await valueOf('session'));
  const { limits = {} } = (await valueOf('session_start')) as { limits?: Limits };
  const texts = await valuesOf('evidence');
  return {
    session_id,
    texts,
    entries: texts.map((text) => evidenceEntry.parse(JSON.parse(text))),
    head: chainHead.parse(await valueOf('head')),
    messages: await valuesOf('message'),
    state: snapshot.value,
    context: snapshot.context as unknown as SessionContext,
    limits,
    approvals: (await valuesOf('approval')).map((text) => approval.parse(JSON.parse(text))),
    isRunning: (await store.get('running', [session_id])) !== undefined,
  };
}
