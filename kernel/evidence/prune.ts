/** Works out where a chain goes on when its first entries are gone. */
import { invariant } from '../assert.ts';
import { CHAIN_START, type ChainStart } from './tombstone.ts';
import { createWalk } from './walk.ts';

/**
 * Walks a chain that verifies up to an entry and answers what those behind it rest on. `from` is
 * where the entries begin that are given, the tombstone of those that went before.
 */
export async function startBehind(
  session_id: string,
  entries: AsyncIterable<string>,
  through_seq: number,
  from: ChainStart = CHAIN_START,
): Promise<ChainStart> {
  const walk = createWalk({ session_id, start: from, end: through_seq, marks: [] });
  for await (const text of entries) {
    if (walk.end().seq >= through_seq) break;
    const problem = walk.next(text);
    invariant(!problem, `a chain is verified before it is pruned: ${problem?.message}`);
  }
  return { through_seq: walk.end().seq, hash: walk.end().hash, account: walk.account() };
}
