/**
 * The process that a campaign kills: one session of many calls on a real store, whose tools append
 * a line to a file. Prints a line for each entry that is on disk; exits when the session is over.
 *
 *   node worker.ts <folder> <turns>
 */
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { createRuntime, defineTool } from 'troupe';
import type { ModelAdapter, Recovery } from 'troupe/kernel';
import { z } from 'zod';

const [folder = '', turns = '0'] = process.argv.slice(2);

const append = (line: string): void => {
  const file = openSync(join(folder, 'effects.txt'), 'a');
  writeSync(file, `${line}\n`);
  fsyncSync(file);
  closeSync(file);
};
const tool = (name: string, recovery: Recovery) =>
  defineTool({
    name,
    description: 'Appends a line.',
    input: z.strictObject({ text: z.string() }),
    recovery,
    run: ({ text }, { idempotency_key }) => {
      append(`${name} ${idempotency_key} ${text}`);
      return { text };
    },
  });

/** Asks for one call of each tool a turn, by the number of its earlier turns. */
const model: ModelAdapter = {
  executeTurn: ({ messages }) => {
    const turn = messages.filter(({ role }) => role === 'assistant').length;
    const base = {
      intent: 'general',
      assistant_message: `turn ${turn}`,
      provider: { kind: 'test', model: 'test' },
      finish_reason: 'stop',
    };
    const calls = ['crash:once', 'crash:again'].map((name) => ({
      name,
      input: { text: `${turn}` },
    }));
    const [requested_tool] = calls;
    const isOver = turn >= Number(turns) || !requested_tool;
    const data = isOver
      ? { ...base, status: 'complete' as const }
      : { ...base, status: 'tool_request' as const, requested_tool, requested_tools: calls };
    return Promise.resolve({ success: true, data });
  },
};

const runtime = await createRuntime({
  store: join(folder, 'store'),
  models: { default: model },
  policy: [{ level: 'workspace', default_decision: 'allow', rules: [] }],
  tools: [tool('crash:once', 'manual'), tool('crash:again', 'retry')],
  recover: false,
});
runtime.subscribe((event) => {
  if (event.type === 'evidence') process.stdout.write(`${event.entry.seq} ${event.entry.kind}\n`);
});
if ((await runtime.sessions.list()).length === 0) {
  await runtime.sessions.start({ session_id: 's', message: 'go' });
  process.stdout.write('acknowledged\n');
}
await runtime.recover();
const session = await runtime.sessions.get('s');
let summary = await session.settled();
while (summary.state === 'escalate') {
  process.stdout.write('in doubt\n');
  await session.answer({ action: 'use_result', output: { looked: true } }, 'campaign');
  summary = await session.settled();
}
const { ok } = await session.verify();
process.stdout.write(`over ${summary.state} ${summary.tool_call_count} ${String(ok)}\n`);
await runtime.close();
