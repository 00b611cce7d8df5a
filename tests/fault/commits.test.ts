/** The n-th commit fails, for every n, once and for ever: what is on disk stays true. */
import { expect, test } from 'vitest';
import { createRuntime, type Runtime } from 'troupe';
import type { Store } from 'troupe/kernel';
import { faultyStore, memoryStore, scriptedModel } from 'troupe/testing';
import { ALLOW, asks, writes, type Effects } from '../scenarios/desk.ts';

const SCRIPT = [
  { tool: 'notes:write', input: { text: 'a' } },
  { tool: 'notes:ask', input: { text: 'b' } },
  { complete: 'done' },
];
/** More commits than the session has: the loop ends where no fault is met. */
const COMMITS_MAX = 40;

const open = (store: Store, effects: Effects): Promise<Runtime> =>
  createRuntime({
    store,
    // By what the conversation says, not by what was asked: a turn may be asked twice.
    model: scriptedModel(({ messages }) => {
      const turns = messages.filter(({ role }) => role === 'assistant').length;
      return SCRIPT[turns] ?? { complete: 'done' };
    }),
    tools: [writes(effects), writes(effects, 'notes:ask')],
    policy: [ALLOW, asks('notes:ask')],
  });

/** Drives the session as far as it goes, approving what it asks for. */
async function drive(runtime: Runtime): Promise<void> {
  const [known] = await runtime.sessions.list();
  const session = known
    ? await runtime.sessions.get(known.session_id)
    : await runtime.sessions.start({ session_id: 's', message: 'go' });
  let summary = await session.settled();
  while (summary.state !== 'complete') {
    if (summary.state === 'escalate')
      await session.answer({ action: 'use_result', output: 'seen' });
    for (const { request_id } of await runtime.approvals.list()) {
      await runtime.resolveApproval({ request_id, approved: true, approved_by: 'ana' });
    }
    summary = await session.settled();
  }
}

test.each(['once', 'for_ever'] as const)('the n-th commit fails %s', async (lasts) => {
  for (let at = 1; at < COMMITS_MAX; at += 1) {
    const disk = memoryStore();
    const effects: Effects = [];
    const faulty = faultyStore(disk, [{ operation: 'commit', at, lasts }]);
    const first = await open(faulty, effects);
    await drive(first).catch((error: unknown) => {
      expect(error, `commit ${at}`).toMatchObject({ code: 'STORE_WRITE_FAILED' });
    });
    await first.close(0);
    if (faulty.failureCount() === 0) {
      expect(at).toBeGreaterThan(3);
      return;
    }
    const second = await open(disk, effects);
    await drive(second);
    expect(effects, `commit ${at}`).toEqual(['a', 'b']);
    expect(await second.evidence.verify('s'), `commit ${at}`).toMatchObject({ ok: true });
    await second.close();
  }
  throw new Error('the session never ran without a fault');
});
