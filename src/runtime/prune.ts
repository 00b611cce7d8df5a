/**
 * Removes what a session that is over need not keep: its first entries, its contents, or both. A
 * tombstone takes their place, signed where the evidence is, and the rest goes on verifying.
 */
import {
  canonicalJson,
  CHAIN_START,
  chainHead,
  makeTombstone,
  RuntimeError,
  startBehind,
  tombstone as tombstoneSchema,
  type ChainHead,
  type ChainStart,
  type Clock,
  type Store,
  type Tombstone,
  type TombstoneDraft,
} from '../../kernel/index.ts';
import type { EvidenceKeys } from '../../adapters/index.ts';
import { decode } from './codec.ts';
import { createEvidence } from './evidence.ts';
import { livingFork } from './living-forks.ts';
import { contentRemovals, removal } from './prune-contents.ts';
import { readSummary } from './session-records.ts';
import { verifySession } from './verify-session.ts';

export interface PruneParts {
  /** Nobody else writes to it meanwhile. */
  readonly store: Store;
  readonly clock: Clock;
  /** Undefined where evidence is not signed. */
  readonly keys: EvidenceKeys | undefined;
}

export interface PruneOrder {
  readonly session_id: string;
  /** The entries before this one go, or those from before this instant (ISO 8601). */
  readonly before: number | string | undefined;
  /** Whether all contents go: the transcript, approvals, inputs and outputs. */
  readonly contents: boolean;
  readonly reason: string;
  readonly by: string;
}

export interface PruneResult {
  readonly session_id: string;
  /** How many entries were removed. */
  readonly entries: number;
  /** How many other records were removed. */
  readonly contents: number;
  /** The last entry that is not there any more; -1 where all are. */
  readonly through_seq: number;
}

/**
 * Prunes a session. Its last entries stay, so that it is known to be over; what was pruned before
 * stays pruned.
 * @throws RuntimeError SESSION_NOT_FOUND, EVENT_NOT_ACCEPTED for a session that may go on,
 * EVIDENCE_INVALID for one that does not verify, CONFIGURATION_ERROR for a signed one without the
 * key to sign the tombstone, STORE_*
 */
export async function pruneSession(parts: PruneParts, order: PruneOrder): Promise<PruneResult> {
  const { store, clock, keys } = parts;
  const { session_id, contents, reason, by } = order;
  await assertOver(store, session_id);
  await assertVerifies(parts, session_id);
  const earlier = await readTombstone(store, session_id);
  const head = await readHead(store, session_id);
  const start = await newStart(store, order, head, earlier);
  const pruned = { through_seq: -1, contents_through_seq: -1, ...earlier };
  const contents_through_seq = Math.max(
    ...[start.through_seq, pruned.contents_through_seq, contents ? head.seq : -1],
  );
  const { through_seq } = start;
  const isNothing =
    through_seq === pruned.through_seq && contents_through_seq === pruned.contents_through_seq;
  if (isNothing) return { session_id, entries: 0, contents: 0, through_seq };

  const removed = await entriesThrough(store, session_id, through_seq);
  const going = { session_id, through_seq: contents_through_seq, isAll: contents };
  const removals = await contentRemovals(store, going);
  const pruned_at = new Date(clock.now()).toISOString();
  const stone: TombstoneDraft = {
    ...{ session_id, through_seq, hash: start.hash, account: start.account },
    ...{ contents_through_seq, reason, by, pruned_at },
  };
  await store.commit([
    ...removed.map((seq) => removal('evidence', [session_id, seq])),
    ...removals,
    {
      ...{ kind: 'tombstone', key: [session_id] },
      value: canonicalJson(makeTombstone(stone, keys?.signer)),
    },
  ]);
  return { session_id, entries: removed.length, contents: removals.length, through_seq };
}

/** What may go on needs what was said, and rules may ask what was done. */
async function assertOver(store: Store, session_id: string): Promise<void> {
  const { state } = await readSummary(store, session_id);
  if (state !== 'complete') {
    const message = `Session ${session_id} is in ${state} and may go on: prune it when it is over`;
    throw new RuntimeError('EVENT_NOT_ACCEPTED', message, { details: { session_id, state } });
  }
  const fork = await livingFork(store, session_id);
  if (fork === undefined) return;
  const message = `Session ${fork} was forked from ${session_id} and may go on`;
  throw new RuntimeError('EVENT_NOT_ACCEPTED', message, { details: { session_id, fork } });
}

/** A tombstone vouches for what it covers. */
async function assertVerifies({ store, keys }: PruneParts, session_id: string): Promise<void> {
  const { trusted = [] } = keys ?? {};
  const result = await verifySession(store, session_id, { trusted });
  if (!result.ok) {
    const message = `Session ${session_id} does not verify, so nothing was pruned: `;
    throw new RuntimeError('EVIDENCE_INVALID', message + result.problem.message);
  }
  if (result.signature === 'none' || keys?.signer) return;
  const message = `Session ${session_id} is signed: to prune it takes the private evidence key`;
  throw new RuntimeError('CONFIGURATION_ERROR', message);
}

async function readTombstone(store: Store, session_id: string): Promise<Tombstone | undefined> {
  const text = await store.get('tombstone', [session_id]);
  return text === undefined ? undefined : decode(tombstoneSchema, text, `tombstone ${session_id}`);
}

async function readHead(store: Store, session_id: string): Promise<ChainHead> {
  const text = (await store.get('head', [session_id])) ?? '';
  return decode(chainHead, text, `head ${session_id}`);
}

async function newStart(
  store: Store,
  { session_id, before }: PruneOrder,
  head: ChainHead,
  from: ChainStart = CHAIN_START,
): Promise<ChainStart> {
  // A journal that is opened reads on from there.
  const kept_seq = Math.min(head.tail_seq, head.seq);
  const through_seq = Math.min(kept_seq, await firstToStay(store, session_id, before)) - 1;
  if (through_seq <= from.through_seq) return from;
  return startBehind(session_id, textsOf(store, session_id), through_seq, from);
}

async function* textsOf(store: Store, session_id: string): AsyncIterable<string> {
  for await (const { value } of store.scan('evidence', { prefix: [session_id] })) yield value;
}

async function firstToStay(
  store: Store,
  session_id: string,
  before: PruneOrder['before'],
): Promise<number> {
  if (before === undefined) return 0;
  if (typeof before === 'number') return before;
  const instant = Date.parse(before);
  for await (const entry of createEvidence(store, () => undefined).read(session_id)) {
    if (Date.parse(entry.timestamp) >= instant) return entry.seq;
  }
  return Number.POSITIVE_INFINITY;
}

async function entriesThrough(
  store: Store,
  session_id: string,
  through_seq: number,
): Promise<readonly number[]> {
  if (through_seq < 0) return [];
  const scan = { prefix: [session_id], to: through_seq };
  const records = await Array.fromAsync(store.scan('evidence', scan));
  return records.map(({ key }) => Number(key[1]));
}
