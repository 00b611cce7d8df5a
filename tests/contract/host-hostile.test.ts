/** Calls of a host whose caller, tool or rule does what it should not. */
import { expect, test } from 'vitest';
import { z } from 'zod';
import { createRuntime, defineTool } from 'troupe';
import type { PolicyRule, ToolOutput, ToolRun } from 'troupe/kernel';

const context = { run_id: 'run-1', task_id: 'task-1', session_id: 'host-1' };
const TRIGGER = { trigger: 'on_tool_request' } as const;

interface Played {
  readonly output: ToolOutput;
  /** What the tool was given. */
  readonly received: readonly unknown[];
  /** What the evidence says of it: the input of the start, the output of the end. */
  readonly recorded: readonly unknown[];
}

interface Play {
  readonly input?: unknown;
  readonly meanwhile?: (() => void) | undefined;
  readonly run?: (input: unknown, run: ToolRun) => unknown;
  readonly rules?: readonly PolicyRule[];
}

/** Makes one call, and reads back what is on record of it. */
async function play({ input = {}, meanwhile, run, rules = [] }: Play): Promise<Played> {
  const received: unknown[] = [];
  const tool = defineTool({
    name: 'demo:play',
    description: 'Plays.',
    input: z.looseObject({}),
    run: async (given, toolRun) => {
      received.push(given);
      return run?.(given, toolRun);
    },
  });
  const layers = [{ level: 'workspace', default_decision: 'allow', rules } as const];
  const runtime = await createRuntime({ tools: [tool], layers });
  const calling = runtime.executeTool(tool.name, input, context);
  for (let turn = 0; turn < 20; turn += 1) {
    await Promise.resolve();
    meanwhile?.();
  }
  const output = await calling;
  const recorded: unknown[] = [];
  for await (const entry of runtime.evidence.read('host-1')) {
    const hash = entry.kind === 'tool_call_started' ? entry.input_hash : undefined;
    const closing = entry.kind === 'tool_call_finished' ? entry.output_hash : undefined;
    const text = await runtime.evidence.content(hash ?? closing ?? '');
    recorded.push(text === undefined ? entry.kind : JSON.parse(text));
  }
  expect(await runtime.evidence.verify('host-1')).toMatchObject({ ok: true });
  await runtime.close();
  return { output, received, recorded };
}

const changing = (): unknown => {
  let reads = 0;
  return { get path() { return `read ${(reads += 1)}`; } }; // prettier-ignore
};
let reads = 0;
const deep = (levels: number): unknown => (levels === 0 ? {} : { down: deep(levels - 1) });
const cycle: Record<string, unknown> = {};
cycle['self'] = cycle;

test.each<readonly [string, unknown]>([
  ['a getter that answers otherwise each time', { inner: changing() }],
  ['a proxy', { inner: new Proxy({}, { ownKeys: () => [], get: () => (reads += 1) }) }],
  ['an object that shows itself otherwise', { inner: { toJSON: () => 'shown', path: 'hidden' } }],
  ['a map, which JSON does not show', { inner: new Map([['path', 'hidden']]) }],
  ['what a prototype holds', { inner: Object.create({ path: 'hidden' }) as object }],
  ['a key named __proto__', JSON.parse('{"inner":{"__proto__":{"path":1}}}')],
])('what runs is what is recorded: %s', async (_, input) => {
  const { output, received, recorded } = await play({ input });
  expect(output.success).toBe(true);
  expect(JSON.stringify(received)).toBe(JSON.stringify([recorded[0]]));
  expect(JSON.stringify(received)).not.toContain('hidden');
});

test('what runs is what is recorded, also where the caller goes on changing it', async () => {
  const shared = { path: 'first' };
  const meanwhile = (): void => void (shared.path += '!');
  const { received, recorded } = await play({ input: { inner: shared }, meanwhile });
  expect(received).toEqual([recorded[0]]);
  expect(received).not.toEqual([{ inner: shared }]);
});

test.each<readonly [string, unknown]>([
  ['a cycle', { cycle }],
  ['a getter that throws', { inner: { get path() { throw new Error('no'); } } }], // prettier-ignore
  ['half a character', { path: '\ud800' }],
  ['not a number', { count: Number.NaN }],
  ['a bigint', { count: 1n }],
  ['a function', () => 1],
  ['nesting without end', deep(600)],
])('refuses %s as an input', async (_, input) => {
  const { output, received, recorded } = await play({ input });
  expect(output).toMatchObject({ success: false, error: { code: 'INVALID_INPUT' } });
  expect([received, recorded]).toEqual([[], ['tool_call_denied']]);
});

class Mute extends Error {
  override get message(): string {
    throw new Error('no message');
  }
}

const throwing = (thrown: unknown) => () => {
  throw thrown;
};

test.each<readonly [string, unknown]>([
  ['nothing', undefined],
  ['a frozen object', Object.freeze({ a: 1 })],
  ['an object without a prototype', Object.create(null)],
  ['an error whose message throws', new Mute()],
  ['an error with another kind of message', Object.assign(new Error(), { message: Symbol('a') })],
  ['an error that holds half a character', new Error('\ud800')],
  ['an error without end', new Error('x'.repeat(1_000_000))],
])('a tool that throws %s has failed', async (_, thrown) => {
  const { output, recorded } = await play({ run: throwing(thrown) });
  expect(output).toMatchObject({ success: false, error: { code: 'TOOL_EXECUTION_FAILED' } });
  expect(output.error?.message.length).toBeLessThan(20_000);
  expect(recorded[1]).toEqual(output);
});

test.each<readonly [string, unknown]>([
  ['a failure that does not say how', { success: false }],
  ['a failure with a mere text', { success: false, error: 'disk full' }],
  ['a failure with a message beside it', { success: false, message: 'disk full' }],
  ['a success with an error', { success: true, error: { code: 'FULL', message: 'disk full' } }],
  ['nesting without end', deep(600)],
  ['half a character', { text: '\ud800' }],
  ['metadata that JSON cannot hold', { success: true, metadata: cycle }],
  ['a file name that is no text', { success: true, metadata: { artifacts_written: ['\ud800'] } }],
])('a tool that answers %s answers nothing valid', async (_, answer) => {
  const { output, recorded } = await play({ run: () => answer });
  expect(output).toMatchObject({ success: false, error: { code: 'INVALID_OUTPUT' } });
  expect(recorded[1]).toEqual(output);
});

test('what a tool answers is recorded and returned as the same, once', async () => {
  const answer = { count: 1, inner: changing() };
  const meanwhile = (): void => void (answer.count += 1);
  const { output, recorded } = await play({ run: () => answer, meanwhile });
  expect(recorded[1]).toEqual(output);
});

test('a tool cannot widen the scopes or the metadata of the next call', async () => {
  const scopes: unknown[] = [];
  const run = (_: unknown, { scope_enforced, metadata }: ToolRun): void => {
    scopes.push([...scope_enforced], { ...metadata });
    (scope_enforced as unknown[]).push('everything');
    (metadata as Record<string, unknown>)['agent_intent'] = 'other';
  };
  await play({ run });
  await play({ run });
  expect(scopes).toEqual([[], {}, [], {}]);
});

const changesArguments: PolicyRule['when'] = (request) => {
  const { inner } = request.tool_arguments as { inner: { path: string } };
  inner.path = 'harmless';
  return true;
};
const changesRequest: PolicyRule['when'] = (request) => {
  Object.assign(request, { tool_name: 'demo:other', execution_metadata: {} });
  return true;
};

const changesMetadata: PolicyRule['when'] = ({ execution_metadata }) => {
  Object.assign(execution_metadata ?? {}, { agent_intent: 'other' });
  return true;
};

test.each([
  ['arguments', changesArguments],
  ['request', changesRequest],
  ['metadata', changesMetadata],
] as const satisfies readonly (readonly [string, PolicyRule['when']])[])(
  'a rule that changes the %s it is shown denies, and changes nothing',
  async (_, when) => {
    const rules = [{ ...TRIGGER, id: 'changes', decision: 'allow', when }] as const;
    const { output, received } = await play({ input: { inner: { path: 'harmful' } }, rules });
    expect(output).toMatchObject({ error: { code: 'POLICY_DENIED' } });
    expect(received).toEqual([]);
  },
);

test.each([
  ['throws an error without a message', throwing(new Mute())],
  ['throws half a character', throwing(new Error('\ud800'))],
  ['throws nothing', throwing(undefined)],
])('a rule that %s denies', async (_, when) => {
  const rules = [{ ...TRIGGER, id: 'throws', decision: 'allow', when }] as const;
  const { output, recorded } = await play({ rules });
  expect(output).toMatchObject({ error: { code: 'POLICY_DENIED' } });
  expect(recorded).toEqual(['tool_call_denied']);
});

test.each<readonly [string, unknown]>([
  ['nothing', undefined],
  ['a number', 5],
  ['a list', ['demo:play']],
  ['the name of a prototype', '__proto__'],
  ['the name of a method', 'constructor'],
  ['half a character', '\ud800'],
  ['a megabyte', 'x'.repeat(1_000_000)],
])('%s is no name of a tool', async (_, name) => {
  const runtime = await createRuntime({ tools: [] });
  const output = await runtime.executeTool(name as never, {}, context);
  expect(output).toMatchObject({ success: false, error: { code: 'TOOL_NOT_FOUND' } });
  expect(output.error?.message.length).toBeLessThan(200);
  await runtime.close();
});
