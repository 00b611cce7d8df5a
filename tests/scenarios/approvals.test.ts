/** What people do with approvals of a session, and what then runs. */
import { describe, expect, it } from 'vitest';
import type { Approval } from 'troupe/kernel';
import type { Runtime } from 'troupe';
import { ALLOW, asks, denies, Desk, toldToModel, writes, type Effects } from './desk.ts';

const CALL = { tool: 'notes:write', input: { text: 'a' } };
const DONE = { complete: 'done' };

async function waiting(effects: Effects, desk = new Desk()) {
  const tools = [writes(effects)];
  const runtime = await desk.open([CALL, DONE], { tools, policy: [ALLOW, asks('notes:write')] });
  const session = await runtime.sessions.start({ session_id: 's', message: 'go' });
  expect((await session.settled()).state).toBe('approval_required');
  return { runtime, session, desk, request: await pending(runtime) };
}

async function pending(runtime: Runtime): Promise<Approval> {
  const [request] = await runtime.approvals.list();
  if (!request) throw new Error('expected a pending approval');
  return request;
}

describe('an approval', () => {
  it('lets the same call run, once, without asking the model again', async () => {
    const effects: Effects = [];
    const { runtime, session, request } = await waiting(effects);
    const yes = { request_id: request.request_id, approved: true, approved_by: 'ana' };
    const both = await Promise.allSettled([
      runtime.resolveApproval(yes),
      runtime.resolveApproval({ ...yes, approved_by: 'ben' }),
    ]);
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(await session.settled()).toMatchObject({ state: 'complete', turn_count: 2 });
    expect(effects).toEqual(['a']);
    expect(await session.verify()).toMatchObject({ ok: true });
    await runtime.close();
  });

  it('declined: nothing runs, and the model reads why', async () => {
    const effects: Effects = [];
    const { runtime, session, request } = await waiting(effects);
    const { request_id } = request;
    await runtime.resolveApproval({
      ...{ request_id, approved: false, approved_by: 'ana', reason: 'not today' },
    });
    expect((await session.settled()).state).toBe('complete');
    expect(effects).toEqual([]);
    expect((await toldToModel(runtime, 's'))[0]).toMatch(/APPROVAL_DENIED.*not today/);
    await runtime.close();
  });

  it('edited: exactly the edited input runs', async () => {
    const effects: Effects = [];
    const { runtime, session, request } = await waiting(effects);
    const { request_id } = request;
    await runtime.resolveApproval({
      ...{ request_id, approved: true, approved_by: 'ana', edited_input: { text: 'b' } },
    });
    expect((await session.settled()).state).toBe('complete');
    expect(effects).toEqual(['b']);
    expect(await session.verify()).toMatchObject({ ok: true });
    await runtime.close();
  });

  it('expires for good, and a retry asks anew', async () => {
    const effects: Effects = [];
    const { runtime, session, desk, request } = await waiting(effects);
    desk.clock.advance(25 * 60 * 60_000);
    await expect.poll(async () => (await session.summary()).state).toBe('escalate');
    expect(await session.settled()).toMatchObject({
      escalation: { reason: 'approval_expired', code: 'APPROVAL_EXPIRED' },
    });
    const late = { request_id: request.request_id, approved: true, approved_by: 'ana' };
    await expect(runtime.resolveApproval(late)).rejects.toThrow();
    await session.answer({ action: 'retry' });
    expect((await session.settled()).state).toBe('approval_required');
    const again = await pending(runtime);
    expect(again.request_id).not.toBe(request.request_id);
    await runtime.resolveApproval({ ...late, request_id: again.request_id });
    expect((await session.settled()).state).toBe('complete');
    expect(effects).toEqual(['a']);
    await runtime.close();
  });

  it('does not outlive the policy that asked for it', async () => {
    const effects: Effects = [];
    const { runtime, desk, request } = await waiting(effects);
    await runtime.close();
    const tools = [writes(effects)];
    const policy = [ALLOW, asks('notes:write'), denies('notes:write')];
    const stricter = await desk.open([DONE], { tools, policy });
    const { request_id } = request;
    await stricter.resolveApproval({ request_id, approved: true, approved_by: 'ana' });
    const session = await stricter.sessions.get('s');
    expect((await session.settled()).state).toBe('complete');
    expect(effects).toEqual([]);
    expect((await toldToModel(stricter, 's'))[0]).toContain('POLICY_DENIED');
    await stricter.close();
  });

  it('given under another policy is asked for again', async () => {
    const effects: Effects = [];
    const { runtime, desk, request } = await waiting(effects);
    await runtime.close();
    const tools = [writes(effects)];
    const policy = [ALLOW, asks('notes:write'), asks('notes:other')];
    const changed = await desk.open([DONE], { tools, policy });
    const { request_id } = request;
    await changed.resolveApproval({ request_id, approved: true, approved_by: 'ana' });
    const session = await changed.sessions.get('s');
    expect((await session.settled()).state).toBe('approval_required');
    expect((await pending(changed)).request_id).not.toBe(request_id);
    expect(effects).toEqual([]);
    await changed.close();
  });

  it('is over when its session is canceled', async () => {
    const effects: Effects = [];
    const { runtime, session, request } = await waiting(effects);
    await session.cancel({ by: 'ana', reason: 'no longer needed' });
    expect(await session.settled()).toMatchObject({ state: 'complete', completion: 'canceled' });
    expect(await runtime.approvals.list()).toEqual([]);
    const late = { request_id: request.request_id, approved: true, approved_by: 'ana' };
    await expect(runtime.resolveApproval(late)).rejects.toMatchObject({
      code: 'APPROVAL_NOT_PENDING',
    });
    expect(effects).toEqual([]);
    await runtime.close();
  });
});
