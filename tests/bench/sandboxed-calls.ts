/** What a call in the sandbox costs: where its process starts first, and where one stood by. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRuntime, type Runtime } from 'troupe';
import { memoryStore } from 'troupe/testing';
import { inFolder } from './desk.ts';
import { median, type Benchmark } from './measure.ts';

const TOOL = 'notes:count';
const CONTEXT = { run_id: 'run-1', task_id: 'task-1', session_id: 'session-1' };

const WORKSPACE = `
packs: [{ id: notes, version: 1.0.0, integrity: dev, source: local }]
security: { allowed_scopes: [{ type: path, pattern: 'notes/**', access: read }] }
`;
const MANIFEST = `
id: notes
version: 1.0.0
tools:
  - name: ${TOOL}
    description: Counts the notes.
    entry: count.js
    required_scopes: [{ type: path, pattern: 'notes/**', access: read }]
    input_schema: { type: object, properties: {}, additionalProperties: false }
policies: [{ id: open, decision: allow, tools: ['*'] }]
`;
const COUNT = `
import { readdirSync } from 'node:fs';
export const run = () => ({ notes: readdirSync('notes').length });
`;

export const sandboxedCalls: Benchmark = {
  name: 'sandboxed-calls',
  async *measure({ runs, isQuick }) {
    const calls = isQuick ? 5 : 20;
    const cold: number[] = [];
    const warm: number[] = [];
    for (let run = 0; run < runs; run += 1) {
      const times = await inFolder((folder) => timesIn(folder, calls));
      cold.push(median(times.cold));
      warm.push(median(times.warm));
    }
    const bench = 'sandboxed_call';
    yield { bench, unit: 'ms', values: cold, of: { start: 'cold', calls } };
    yield { bench, unit: 'ms', values: warm, of: { start: 'warm', calls } };
  },
};

/** Milliseconds of calls by a host, each with its decision, its evidence and its receipt. */
async function timesIn(folder: string, calls: number) {
  await mkdir(join(folder, 'notes'));
  await mkdir(join(folder, 'packs/notes'), { recursive: true });
  await writeFile(join(folder, 'workspace.yaml'), WORKSPACE);
  await writeFile(join(folder, 'packs/notes/manifest.yaml'), MANIFEST);
  await writeFile(join(folder, 'packs/notes/count.js'), COUNT);
  const open = () => createRuntime({ workspace: folder, store: memoryStore() });
  const times = { cold: [] as number[], warm: [] as number[] };
  for (let call = 0; call < calls; call += 1) {
    const runtime = await open();
    times.cold.push(await timeOf(runtime));
    await runtime.close();
  }
  const runtime = await open();
  await timeOf(runtime);
  for (let call = 0; call < calls; call += 1) {
    await standBy();
    times.warm.push(await timeOf(runtime));
  }
  await runtime.close();
  return times;
}

async function timeOf(runtime: Runtime): Promise<number> {
  const begun = performance.now();
  const { success, error } = await runtime.executeTool(TOOL, {}, CONTEXT);
  if (!success) throw new Error(`the call must succeed: ${error?.message}`);
  return performance.now() - begun;
}

/** A model thinks for longer between two calls: the next worker has been started by then. */
async function standBy(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 300));
}
