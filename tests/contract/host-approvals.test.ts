/** Approvals of a host's calls when several want the same one, or want it at the wrong moment. */
import { afterEach, beforeEach, expect, it, test } from 'vitest';
import { z } from 'zod';
import { createRuntime, defineTool, type Runtime } from 'troupe';
import { manualClock, type ManualClock } from 'troupe/testing';

const context = { run_id: 'run-1', task_id: 'task-1', session_id: 'host-1' };
const LIFE_MS = 24 * 60 * 60_000;
const input = { text: 'hello' };

let runtime: Runtime;
let clock: ManualClock;
let ran: string[];

beforeEach(async () => {
  ran = [];
  clock = manualClock();
  const post = defineTool({
    name: 'notes:post',
    description: 'Posts a note.',
    input: z.strictObject({ text: z.string() }),
    run: ({ text }) => void ran.push(text),
  });
  runtime = await createRuntime({
    tools: [post],
    policy: [
      {
        level: 'workspace',
        rules: [{ id: 'ask', trigger: 'on_tool_request', decision: 'approval_required' }],
      },
    ],
    system: { clock, alarm: clock.alarm },
  });
});
afterEach(async () => {
  expect(await runtime.evidence.verify('host-1')).toMatchObject({ ok: true });
  await runtime.close();
});

const call = async (): Promise<string> => {
  const { success, error } = await runtime.executeTool('notes:post', input, context);
  return success ? 'ran' : (error?.code ?? 'failed');
};
const ask = async (): Promise<string> => {
  expect(await call()).toBe('APPROVAL_REQUIRED');
  const [pending] = await runtime.approvals.list();
  return pending?.request_id ?? 'none';
};
const resolve = (request_id: string, change: object = {}): Promise<string> =>
  runtime.resolveApproval({ request_id, approved: true, approved_by: 'ana', ...change }).then(
    () => 'resolved',
    (error: { code?: string }) => error.code ?? 'thrown',
  );

it('hands out copies: what a reader writes into one grants nothing', async () => {
  const request_id = await ask();
  for (const handed of [
    ...(await runtime.approvals.list()),
    await runtime.approvals.get(request_id),
  ]) {
    Object.assign(handed, { status: 'approved', approved_by: 'mallory' });
  }
  expect(await call()).toBe('APPROVAL_REQUIRED');
  expect(ran).toEqual([]);
});

it('lets one of several calls made at once run on an approval', async () => {
  await resolve(await ask());
  const answers = await Promise.all([call(), call(), call()]);
  expect(answers).toEqual(['ran', 'APPROVAL_REQUIRED', 'APPROVAL_REQUIRED']);
  expect(ran).toEqual(['hello']);
});

test.each([
  ['a denial', { approved: false }],
  ['the same again', {}],
  ['an edited input', { edited_input: { text: 'other' } }],
])('of two decisions made at once the first counts: approved, and %s', async (_, second) => {
  const request_id = await ask();
  const answers = await Promise.all([resolve(request_id), resolve(request_id, second)]);
  expect(answers).toEqual(['resolved', 'APPROVAL_NOT_PENDING']);
  expect(await call()).toBe('ran');
  expect(ran).toEqual(['hello']);
});

it('records the expiry once, also where the alarm and a decision find it together', async () => {
  const request_id = await ask();
  const deciding = resolve(request_id);
  clock.advance(LIFE_MS);
  expect(await deciding).toBe('APPROVAL_EXPIRED');
  expect(await runtime.approvals.get(request_id)).toMatchObject({ status: 'expired' });
  expect(await call()).toBe('APPROVAL_REQUIRED');
  expect(ran).toEqual([]);
});

it('does not run on an approval that expires before the start', async () => {
  await resolve(await ask());
  const calling = call();
  clock.advance(LIFE_MS);
  expect(await calling).toBe('APPROVAL_REQUIRED');
  expect(ran).toEqual([]);
});

test.each([
  ['a reason that is no text', { reason: 'a\ud800' }],
  ['a name that is no text', { approved_by: 'a\ud800' }],
  ['a reason without end', { reason: 'x'.repeat(1_000_000) }],
])('refuses a decision with %s, and the request stays', async (_, change) => {
  const request_id = await ask();
  expect(await resolve(request_id, change)).toBe('INVALID_INPUT');
  expect(await resolve(request_id)).toBe('resolved');
  expect(await call()).toBe('ran');
});
