/** The n-th commit or read fails, for every n, once and for ever: what is on disk stays true. */
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
/** More operations than the session has: the loop ends where no fault is met. */
const OPERATIONS_MAX = 200;

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

function expectStoreFailure(error: unknown): undefined {
  expect(error).toMatchObject({
    code: expect.stringMatching(/^STORE_(WRITE|READ)_FAILED$/) as string,
  });
}

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

test.each([
  ['commit', 'once'],
  ['commit', 'for_ever'],
  ['get', 'once'],
  ['get', 'for_ever'],
  ['scan', 'once'],
  ['scan', 'for_ever'],
] as const)('the n-th %s fails %s', async (operation, lasts) => {
  for (let at = 1; at < OPERATIONS_MAX; at += 1) {
    const disk = memoryStore();
    const effects: Effects = [];
    const faulty = faultyStore(disk, [{ operation, at, lasts }]);
    const first = await open(faulty, effects).catch(expectStoreFailure);
    await (first && drive(first))?.catch(expectStoreFailure);
    await first?.close(0);
    if (faulty.failureCount() === 0) {
      expect(at).toBeGreaterThan(3);
      return;
    }
    const second = await open(disk, effects);
    await drive(second);
    expect(effects, `${operation} ${at}`).toEqual(['a', 'b']);
    expect(await second.evidence.verify('s'), `${operation} ${at}`).toMatchObject({ ok: true });
    await second.close();
  }
  throw new Error('the session never ran without a fault');
});
