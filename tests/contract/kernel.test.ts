/** What a host's call answers, code by code, and the cases Q15 to Q21 on a real runtime. */
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { z } from 'zod';
import { createRuntime, defineTool, type Runtime } from 'troupe';
import type { ExecutionContext, PolicyLayer } from 'troupe/kernel';
import { manualClock } from 'troupe/testing';

const context: ExecutionContext = { run_id: 'run-1', task_id: 'task-1', session_id: 'host-1' };
const text = z.strictObject({ text: z.string().max(100) });
const clock = manualClock();
let ran: string[] = [];

const tools = [
  defineTool({ name: 'a:echo', description: 'Echoes.', input: text, run: (input) => input }),
  defineTool({
    name: 'a:ask',
    description: 'Asks first.',
    input: text,
    run: (input) => void ran.push(input.text),
  }),
  defineTool({ name: 'a:deny', description: 'Is denied.', input: text, run: () => ran.push('!') }),
  defineTool({
    name: 'a:throw',
    description: 'Throws.',
    input: text,
    run: () => {
      throw new Error('out of paper');
    },
  }),
  defineTool({
    name: 'a:lie',
    description: 'Answers something else.',
    input: text,
    output: z.strictObject({ count: z.int() }),
    run: () => ({ count: 'many' }),
  }),
  defineTool({
    name: 'a:cycle',
    description: 'Answers what JSON cannot hold.',
    input: text,
    run: () => ({ big: 1n }),
  }),
  defineTool({
    name: 'a:scoped',
    description: 'Needs a folder.',
    input: text,
    scopes: [{ type: 'path', pattern: 'reports/**', access: 'write' }],
    run: () => ran.push('!'),
  }),
  defineTool({
    name: 'a:hang',
    description: 'Never answers, and heeds its signal.',
    input: text,
    timeout_ms: 50,
    run: (_, { signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('stopped')));
      }),
  }),
];

const rule = (id: string, tool: string, decision: 'deny' | 'approval_required') => ({
  ...({ id, decision, trigger: 'on_tool_request', reason: `because of ${id}` } as const),
  when: ({ tool_name }: { tool_name?: string | undefined }) => tool_name === tool,
});
const policy: PolicyLayer[] = [
  {
    level: 'workspace',
    default_decision: 'allow',
    rules: [rule('w.ask', 'a:ask', 'approval_required'), rule('w.deny', 'a:deny', 'deny')],
  },
];

let runtime: Runtime;
beforeEach(async () => {
  ran = [];
  const system = { clock, alarm: clock.alarm };
  runtime = await createRuntime({ tools, policy, system });
});
afterEach(() => runtime.close());

test.each([
  ['an unknown tool', 'a:nothing', { text: 'x' }, 'TOOL_NOT_FOUND'],
  ['a prototype name', '__proto__', { text: 'x' }, 'TOOL_NOT_FOUND'],
  ['a megabyte of a name', 'a'.repeat(1_000_000), { text: 'x' }, 'TOOL_NOT_FOUND'],
  ['a wrong input', 'a:echo', { text: 7 }, 'INVALID_INPUT'],
  ['an oversized input', 'a:echo', { text: 'x'.repeat(1_000) }, 'INVALID_INPUT'],
  ['an unknown field', 'a:echo', { text: 'x', more: 1 }, 'INVALID_INPUT'],
  ['no input', 'a:echo', undefined, 'INVALID_INPUT'],
  ['a denied tool (Q17 in kind)', 'a:deny', { text: 'x' }, 'POLICY_DENIED'],
  ['a scope that is not granted', 'a:scoped', { text: 'x' }, 'SCOPE_DENIED'],
  ['a tool that throws', 'a:throw', { text: 'x' }, 'TOOL_EXECUTION_FAILED'],
  ['an output that does not fit', 'a:lie', { text: 'x' }, 'INVALID_OUTPUT'],
  ['an output that is no JSON', 'a:cycle', { text: 'x' }, 'INVALID_OUTPUT'],
  ['Q15 a rule that asks', 'a:ask', { text: 'x' }, 'APPROVAL_REQUIRED'],
])('%s is refused by name and stands in the evidence', async (_, name, input, code) => {
  const output = await runtime.executeTool(name, input, context);
  expect(output).toMatchObject({ success: false, error: { code } });
  expect(ran).toEqual([]);
  const kinds: string[] = [];
  for await (const entry of runtime.evidence.read('host-1')) kinds.push(entry.kind);
  expect(kinds.length).toBeGreaterThan(0);
  expect(await runtime.evidence.verify('host-1')).toMatchObject({ ok: true });
});

it('a denial says which rule, which layer and why', async () => {
  const { error } = await runtime.executeTool('a:deny', { text: 'x' }, context);
  expect(error?.message).toContain('because of w.deny');
  expect(error?.details?.['policy_decisions']).toContainEqual({
    ...{ policy_id: 'w.deny', decision: 'deny', level: 'workspace', reason: 'because of w.deny' },
  });
});

it('a tool that does not answer in time is TOOL_TIMEOUT', async () => {
  const answer = runtime.executeTool('a:hang', { text: 'x' }, context);
  await expect.poll(() => clock.dueTimes().length).toBeGreaterThan(0);
  clock.advance(60);
  expect((await answer).error?.code).toBe('TOOL_TIMEOUT');
});

describe('approvals of host calls', () => {
  const ask = () => runtime.executeTool('a:ask', { text: 'x' }, context);
  const request = async (): Promise<string> => {
    const { error } = await ask();
    expect(error?.details).toMatchObject({ tool_name: 'a:ask', task_id: 'task-1' });
    return String(error?.details?.['request_id']);
  };

  it('Q18 after an approval the same call runs, once', async () => {
    const request_id = await request();
    expect(await request()).toBe(request_id);
    const resolution = { request_id, approved: true, approved_by: 'op' };
    expect(await runtime.resolveApproval(resolution)).toMatchObject(resolution);
    expect(await ask()).toMatchObject({ success: true });
    expect((await ask()).error?.code).toBe('APPROVAL_REQUIRED');
    expect(ran).toEqual(['x']);
  });

  it('Q19 a declined call does not run', async () => {
    const request_id = await request();
    const resolution = { request_id, approved: false, approved_by: 'op' };
    expect(await runtime.resolveApproval(resolution)).toMatchObject({ approved: false });
    expect((await ask()).error?.code).toBe('APPROVAL_REQUIRED');
    expect(ran).toEqual([]);
    await expect(runtime.resolveApproval({ ...resolution, approved: true })).rejects.toMatchObject({
      code: 'APPROVAL_NOT_PENDING',
    });
  });

  it('an approval that nobody decided on in time is over', async () => {
    const request_id = await request();
    clock.advance(24 * 60 * 60_000 + 1);
    const late = { request_id, approved: true, approved_by: 'op' };
    await expect(runtime.resolveApproval(late)).rejects.toMatchObject({
      code: expect.stringMatching(/APPROVAL_(EXPIRED|NOT_PENDING)/) as string,
    });
    expect(ran).toEqual([]);
  });

  test.each([
    ['nobody', { approved_by: ' ' }, 'INVALID_INPUT'],
    ['an unknown request', { request_id: 'apr-nothing' }, 'APPROVAL_NOT_FOUND'],
    ['an edit that does not fit', { edited_input: { text: 7 } }, 'INVALID_INPUT'],
  ])('%s cannot approve', async (_, wrong, code) => {
    const request_id = await request();
    const resolution = { request_id, approved: true, approved_by: 'op', ...wrong };
    await expect(runtime.resolveApproval(resolution)).rejects.toMatchObject({ code });
    const [pending] = await runtime.approvals.list();
    expect(pending).toMatchObject({ request_id, status: 'pending' });
  });
});

it('two tools of one name are refused', async () => {
  const twice = createRuntime({ tools: [...tools, ...tools.slice(0, 1)] });
  await expect(twice).rejects.toMatchObject({ code: 'TOOL_DUPLICATE' });
});

it('a closed runtime says that it is closed', async () => {
  await runtime.close();
  await expect(runtime.executeTool('a:echo', { text: 'x' }, context)).rejects.toMatchObject({
    code: 'RUNTIME_CLOSED',
  });
});

it('a call with a hostile context is refused before anything happens', async () => {
  const hostile = { ...context, session_id: '../../evil' };
  await expect(runtime.executeTool('a:echo', { text: 'x' }, hostile)).rejects.toMatchObject({
    code: 'INVALID_INPUT',
  });
});
