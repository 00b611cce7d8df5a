/**
 * A host with nothing of its own to wait for. Prints what it was told, and `end` if it got there:
 * Node exits with 13 where an await is never answered.
 *
 *   node busy-host.ts <what>
 */
import { z } from 'zod';
import { createRuntime, defineTool } from '../../../src/index.ts';
import { scriptedModel } from '../../../src/testing/index.ts';

const told = (line: string): boolean => process.stdout.write(`${line}\n`);
const codeOf = (error: unknown): string => (error as { code: string }).code;

let onCalled = (): void => {};
const called = new Promise<void>((resolve) => {
  onCalled = resolve;
});
/** Holds no handle of Node, and hears no signal. */
const hang = defineTool({
  name: 'host:hang',
  description: 'Never answers.',
  input: z.strictObject({}),
  timeout_ms: 50,
  run: () => {
    onCalled();
    return new Promise<never>(() => {});
  },
});

const context = {
  ...{ run_id: 'r', task_id: 't', session_id: 'host', allowed_scopes: [], metadata: {} },
};

const model = scriptedModel([{ tool: 'host:hang', input: {} }, { reply: 'So it hangs.' }]);
const open = (tool = hang) =>
  createRuntime({
    model,
    tools: [tool],
    policy: [{ level: 'workspace', default_decision: 'allow', rules: [] }],
  });
const slow = { ...hang, timeout_ms: 3_600_000 };

async function closeWithin(grace_ms: number): Promise<void> {
  const runtime = await open(slow);
  const session = await runtime.sessions.start({ message: 'go' });
  const settled = session.settled().catch((error: unknown) => told(codeOf(error)));
  await called;
  await runtime.close(grace_ms);
  await settled;
}

const DOES: Readonly<Record<string, () => Promise<unknown>>> = {
  'close at once': () => closeWithin(0),
  'close with a grace': () => closeWithin(20),
  'close above a call of a host': async () => {
    const runtime = await open(slow);
    const call = runtime.executeTool('host:hang', {}, context).then(() => 'answered', codeOf);
    await called;
    await runtime.close(0);
    told(await call);
  },
  'wait for a deadline': async () => {
    const runtime = await open();
    const answer = await runtime.executeTool('host:hang', {}, context);
    told(String(answer.error?.code));
  },
  'leave a session that waits': async () => {
    const runtime = await open();
    const wake_at = '2999-01-01T00:00:00Z';
    const session = await runtime.sessions.start({ message: 'go', wake_at });
    told((await session.settled()).state);
  },
};

await DOES[process.argv[2] ?? '']?.();
told('end');
