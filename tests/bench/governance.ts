/**
 * What each part of governing costs: the same small tool, called by a host, under more and more of
 * it. Chain and receipts are always on: without them nothing runs.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRuntime, defineTool, type RuntimeOptions } from 'troupe';
import { generateKey, signerOf } from 'troupe/adapters';
import { pathArgument, type ToolCapability } from 'troupe/kernel';
import { memoryStore } from 'troupe/testing';
import { z } from 'zod';
import { inFolder } from './desk.ts';
import { median, type Benchmark } from './measure.ts';

const TOOL = 'notes:write';
const INPUT = { file: 'notes/today.md', text: 'The print room has moved to the second floor.' };
const CONTEXT = { run_id: 'run-1', task_id: 'task-1', session_id: 'session-1' };

const SPEAKS = `tools: ['notes:*']`;
const ALLOW = `{ id: allow, decision: allow, ${SPEAKS} }`;
const CONDITIONS = Array.from({ length: 50 }, (_, rule) => {
  const when = `{ arguments: [{ pointer: /text, matches: 'forbidden ${rule}*' }] }`;
  return `{ id: rule-${rule}, decision: deny, ${SPEAKS}, when: ${when} }`;
});
const SEEN = `{ after: [{ tools: ['secrets:read'] }] }`;
const AFTER = `{ id: after, decision: deny, ${SPEAKS}, when: ${SEEN} }`;
const GRANT = `security: { allowed_scopes: [{ type: path, pattern: 'notes/**', access: write }] }`;
const NEED = [{ type: 'path', pattern: 'notes/**', access: 'write' }] as const;

interface Variant {
  /** What governs the call, beside chain and receipts. */
  readonly under: string;
  readonly workspace: string;
  readonly tool: ToolCapability;
  readonly more?: Pick<RuntimeOptions, 'evidence'>;
}

const policies = (...rules: readonly string[]): string => `policies: [${rules.join(', ')}]`;

const VARIANTS: readonly Variant[] = [
  { under: 'one rule', workspace: policies(ALLOW), tool: plainTool() },
  { under: '50 conditions', workspace: policies(ALLOW, ...CONDITIONS), tool: plainTool() },
  { under: 'history', workspace: policies(ALLOW, AFTER), tool: plainTool() },
  { under: 'scopes', workspace: `${policies(ALLOW)}\n${GRANT}`, tool: plainTool(NEED) },
  { under: 'scopes, path checked', workspace: `${policies(ALLOW)}\n${GRANT}`, tool: markedTool() },
  {
    under: 'all of it, signed',
    workspace: `${policies(ALLOW, AFTER, ...CONDITIONS)}\n${GRANT}`,
    tool: markedTool(),
    more: { evidence: { signer: signerOf(generateKey(), 'the key of the benchmark') } },
  },
];

export const governance: Benchmark = {
  name: 'governance',
  async *measure({ runs, isQuick }) {
    const calls = isQuick ? 300 : 2_000;
    const bench = 'governed_call';
    const times = async (take: () => Promise<number>): Promise<readonly number[]> => {
      await take();
      const values: number[] = [];
      for (let run = 0; run < runs; run += 1) values.push(await take());
      return values;
    };
    const bare = await times(() => bareCalls(calls));
    yield { bench, unit: 'us', values: bare, of: { under: 'nothing: no kernel', calls } };
    for (const variant of VARIANTS) {
      const values = await times(() => governedCalls(variant, calls));
      yield { bench, unit: 'us', values, of: { under: variant.under, calls } };
    }
  },
};

/** The tool without a kernel: its schema, and its function. */
async function bareCalls(calls: number): Promise<number> {
  const { input_schema } = plainTool();
  return medianOf(calls, async () => {
    const input = input_schema.parse(INPUT) as typeof INPUT;
    return Promise.resolve({ written: input.file });
  });
}

async function governedCalls(variant: Variant, calls: number): Promise<number> {
  return inFolder(async (folder) => {
    await writeFile(join(folder, 'workspace.yaml'), `${variant.workspace}\n`);
    const runtime = await createRuntime({
      workspace: folder,
      store: memoryStore(),
      tools: [variant.tool],
      ...variant.more,
    });
    const taken = await medianOf(calls, async () => {
      const { success, error } = await runtime.executeTool(TOOL, INPUT, CONTEXT);
      if (!success) throw new Error(`the call must be allowed: ${error?.message}`);
    });
    await runtime.close();
    return taken;
  });
}

async function medianOf(calls: number, call: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let count = 0; count < calls; count += 1) {
    const begun = performance.now();
    await call();
    times.push(performance.now() - begun);
  }
  return median(times) * 1_000;
}

function plainTool(scopes: ToolCapability['required_scopes'] = []): ToolCapability {
  return notesTool(z.strictObject({ file: z.string(), text: z.string() }), scopes);
}

function markedTool(): ToolCapability {
  return notesTool(z.strictObject({ file: pathArgument('write'), text: z.string() }), NEED);
}

function notesTool(
  input: z.ZodType<typeof INPUT>,
  scopes: ToolCapability['required_scopes'],
): ToolCapability {
  return defineTool({
    name: TOOL,
    description: 'Writes a note.',
    input,
    scopes: [...scopes],
    run: ({ file }) => ({ written: file }),
  });
}
