/**
 * The process that tests kill: a workflow of three nodes through the verbs, whose tool appends a
 * line to a file. Prints a line at each step; exits when the workflow is completed.
 *
 *   node workflow-worker.ts <folder> <kernel: host | own> <lines of each node>
 */
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import {
  createRuntime,
  defineTool,
  resumeGovernedAgentWorkflow,
  startGovernedAgentWorkflow,
  type ToolExecutor,
  type WorkflowResult,
} from 'troupe';
import type { ExecutionContext, Message, ModelAdapter, ToolOutput } from 'troupe/kernel';
import { z } from 'zod';

const [storageRoot = '', kernel = 'host', lines = '0'] = process.argv.slice(2);
const session_id = 'killed';
const TOOL = 'notes:append';

const tell = (line: string): void => void writeSync(1, `${line}\n`);
const append = ({ line }: { readonly line: string }): ToolOutput => {
  const file = openSync(join(storageRoot, 'effects.txt'), 'a');
  writeSync(file, `${line}\n`);
  fsyncSync(file);
  closeSync(file);
  tell(`ran ${line}`);
  return { success: true, data: { line } };
};

/** Asks for one line a turn, named by the node's first message and the number of earlier turns. */
function turnAfter(messages: readonly Message[]) {
  const turn = messages.filter(({ role }) => role === 'assistant').length;
  const facts = {
    intent: 'general',
    assistant_message: `turn ${turn}`,
    provider: { kind: 'test', model: 'test' },
    finish_reason: 'stop',
  };
  tell(`turn ${turn}`);
  if (turn >= Number(lines)) return { ...facts, status: 'complete' as const };
  const requested_tool = { name: TOOL, input: { line: `${messages[0]?.content} ${turn}` } };
  return { ...facts, status: 'tool_request' as const, requested_tool };
}

const model: ModelAdapter = {
  executeTurn: ({ messages }) => Promise.resolve({ success: true, data: turnAfter(messages) }),
};
const hostKernel: ToolExecutor = {
  executeTool: async (name, input) => {
    tell(`asked ${name}`);
    if (name === TOOL) return append(input as { line: string });
    const { messages } = input as { messages: Message[] };
    return { success: true, data: turnAfter(messages) };
  },
};
const runtime = await createRuntime({
  store: join(storageRoot, '.troupe/store'),
  models: { default: model },
  policy: [{ level: 'workspace', default_decision: 'allow', rules: [] }],
  tools: [
    defineTool({
      name: TOOL,
      description: 'Appends a line.',
      input: z.strictObject({ line: z.string() }),
      run: append,
    }),
  ],
  recover: false,
});

const options = {
  runtime: kernel === 'own' ? runtime : hostKernel,
  storageRoot,
  createContext: (metadata: Record<string, unknown>): ExecutionContext => ({
    ...{ session_id, run_id: 'run-1', task_id: 'task-1', allowed_scopes: [], metadata },
  }),
};
const node = (id: string, ...depends_on: string[]) => ({
  id,
  depends_on,
  execute_turn_input: {
    ...{ session_id, model_profile: 'default', url: 'in-process:' },
    messages: [{ role: 'user' as const, content: id }],
  },
});
const workflow = { session_id, nodes: [node('a'), node('b'), node('join', 'a', 'b')] };

/** Goes on with the workflow, or starts it where no life before this one did. */
const advance = (): Promise<WorkflowResult> =>
  resumeGovernedAgentWorkflow({ ...options, sessionId: session_id }).catch((error: unknown) => {
    if ((error as { code?: string }).code !== 'SESSION_NOT_FOUND') throw error;
    tell('started');
    return startGovernedAgentWorkflow({ ...options, workflow });
  });

let result = await advance();
while (result.kind === 'error') {
  tell(`${result.error.code} ${result.node_id}`);
  result = await advance();
}
let isVerified = true;
for await (const chain of runtime.evidence.sessions()) {
  isVerified &&= (await runtime.evidence.verify(chain)).ok;
}
tell(`over ${JSON.stringify(result)} ${String(isVerified)}`);
await runtime.close();
