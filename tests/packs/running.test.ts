/** Tools of packs that run: governed as every call, in the sandbox, with a receipt that says so. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createRuntime, type Runtime } from 'troupe';
import { agentRuntimeLayer, type EvidenceEntry } from 'troupe/kernel';
import { scriptedModel } from 'troupe/testing';
import { isSandboxed } from '../adapters/sandbox/workshop.ts';

const works = await isSandboxed();
const TOKEN = 'token-of-the-notes-service';
const CONTEXT = { run_id: 'run-1', task_id: 'task-1', session_id: 'host-1' };

const MANIFEST = `
id: notes
version: 1.2.0
config_key: notes
tools:
  - name: notes:write
    description: Writes a note.
    entry: tools.ts#write
    required_env: [NOTES_TOKEN]
    required_scopes: [{ type: path, pattern: 'notes/**', access: write }]
    input_schema:
      type: object
      properties:
        file: { type: string, x-troupe-argument: 'path:write' }
        text: { type: string }
      required: [file, text]
      additionalProperties: false
    output_schema: { type: object, properties: { by: { type: string } }, required: [by] }
  - name: notes:wait
    description: Waits for ever.
    entry: tools.ts#wait
    input_schema: { type: object, properties: {}, additionalProperties: false }
    timeout_ms: 2000
  - name: notes:broken
    description: Cannot be loaded.
    entry: broken.ts
    input_schema: { type: object, properties: {}, additionalProperties: false }
policies: [{ id: notes-open, decision: allow, tools: ['*'] }]
`;
const TOOLS = `
  import { mkdirSync, writeFileSync } from 'node:fs';
  import { dirname } from 'node:path';
  interface Run { config: { author: string }, onProgress: (data: unknown) => void }
  export function write({ file, text }: { file: string, text: string }, run: Run) {
    mkdirSync(dirname(file), { recursive: true });
    run.onProgress({ token: process.env['NOTES_TOKEN'] });
    writeFileSync(file, text);
    return { by: run.config.author, token: process.env['NOTES_TOKEN'] };
  }
  export const wait = () => new Promise(() => setInterval(() => {}, 1000));
`;
const WORKSPACE = `
packs: [{ id: notes, version: 1.2.0, integrity: dev, source: local }]
notes: { author: ana }
security: { allowed_scopes: [{ type: path, pattern: 'notes/**', access: write }] }
`;

let root: string;
let runtime: Runtime;

const put = async (path: string, text: string): Promise<void> => {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), text);
};
const open = async (environment: Record<string, string> = { NOTES_TOKEN: TOKEN }) => {
  runtime = await createRuntime({ workspace: root, system: { environment } });
  return runtime;
};
const finished = async (session_id: string) => {
  const entries: EvidenceEntry[] = [];
  for await (const entry of runtime.evidence.read(session_id)) entries.push(entry);
  return entries.flatMap((entry) => (entry.kind === 'tool_call_finished' ? entry : []));
};

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'troupe-packs-'));
  await put('workspace.yaml', WORKSPACE);
  await put('packs/notes/manifest.yaml', MANIFEST);
  await put('packs/notes/tools.ts', TOOLS);
  await put('packs/notes/broken.ts', 'throw new Error("no paper")');
});
afterEach(async () => {
  await runtime.close(0);
  await rm(root, { recursive: true });
});

describe.skipIf(!works)('a tool of a pack', () => {
  test('runs with its section and variable, and its receipt names what was in force', async () => {
    await open();
    const input = { file: 'notes/deep/a.md', text: 'hello' };
    const output = await runtime.executeTool('notes:write', input, CONTEXT);
    expect(output).toMatchObject({ success: true, data: { by: 'ana' } });
    expect(await readFile(join(root, 'notes/deep/a.md'), 'utf8')).toBe('hello');
    const [entry] = await finished('host-1');
    expect(entry?.sandbox).toMatchObject({
      confinement: 'bubblewrap',
      start: 'cold',
      network: 'off',
      readable: [],
      writable: ['notes'],
      environment: ['NOTES_TOKEN'],
      limits: { wall_clock_ms: 60_000, processes: 32 },
    });
    expect(JSON.stringify(entry)).not.toContain(TOKEN);
    expect(await runtime.evidence.verify('host-1')).toMatchObject({ ok: true });
  });

  test('never has its variable written down, whatever it says', async () => {
    await open();
    await runtime.executeTool('notes:write', { file: 'notes/a.md', text: 'hello' }, CONTEXT);
    const [entry] = await finished('host-1');
    expect(await runtime.evidence.content(entry?.output_hash ?? '')).not.toContain(TOKEN);
  });

  test('is not started without a variable that it needs', async () => {
    await open({});
    const input = { file: 'notes/a.md', text: 'hello' };
    const { error } = await runtime.executeTool('notes:write', input, CONTEXT);
    expect(error).toMatchObject({
      code: 'MISSING_ENVIRONMENT',
      message: 'notes:write needs NOTES_TOKEN',
    });
  });

  test('is ended at its time limit, and the receipt says so', async () => {
    await open();
    const { error } = await runtime.executeTool('notes:wait', {}, CONTEXT);
    expect(error?.code).toBe('TOOL_TIMEOUT');
    const [entry] = await finished('host-1');
    expect(entry).toMatchObject({
      result: 'failure',
      error: { code: 'TOOL_TIMEOUT' },
      sandbox: { confinement: 'bubblewrap' },
    });
  });

  test('that cannot be loaded fails with the reason', async () => {
    await open();
    const { error } = await runtime.executeTool('notes:broken', {}, CONTEXT);
    expect(error).toMatchObject({ code: 'ADAPTER_LOAD_FAILED' });
    expect(error?.message).toMatch(/^notes:broken: packs\/notes\/broken.ts .*no paper$/);
  });

  test('is cut off by a close, and stands as started', async () => {
    await open();
    const waiting = runtime.executeTool('notes:wait', {}, CONTEXT).catch((error: unknown) => error);
    await runtime.close(0);
    expect(await waiting).toMatchObject({ code: 'RUNTIME_CLOSED' });
  });

  test('serves a session as any other tool does', async () => {
    const input = { file: 'notes/b.md', text: 'from a session' };
    runtime = await createRuntime({
      workspace: root,
      model: scriptedModel([{ tool: 'notes:write', input, intent: 'note' }, { complete: 'Done.' }]),
      policy: [agentRuntimeLayer({ note: { allow_tools: ['notes:write'] } })],
      system: { environment: { NOTES_TOKEN: TOKEN } },
    });
    const session = await runtime.sessions.start({ message: 'Write a note.' });
    expect((await session.settled()).state).toBe('complete');
    expect(await readFile(join(root, 'notes/b.md'), 'utf8')).toBe('from a session');
  });
});

describe('a workspace without a sandbox', () => {
  const openBare = () => open({ NOTES_TOKEN: TOKEN, PATH: join(root, 'no-programs') });
  const input = { file: 'notes/a.md', text: 'hello' };

  test('runs no tool of a pack, and says what to do', async () => {
    await openBare();
    const { error } = await runtime.executeTool('notes:write', input, CONTEXT);
    expect(error?.code).toBe('SUBPROCESS_SANDBOX_UNAVAILABLE');
    expect(error?.message).toContain('install bubblewrap');
  });

  test('runs those that it names, and the receipt says that nothing confined them', async () => {
    const named = `${WORKSPACE}\ntroupe: { sandbox: { unconfined_tools: ['notes:write'] } }`;
    await put('workspace.yaml', named);
    await openBare();
    const output = await runtime.executeTool('notes:write', input, CONTEXT);
    expect(output).toMatchObject({ success: true });
    const [entry] = await finished('host-1');
    expect(entry?.sandbox).toMatchObject({ confinement: 'none', network: 'unconfined' });
  });
});

test('a runtime that knows no such tool when it is made has no sandbox for one', async () => {
  await open();
  await runtime.close();
  runtime = await createRuntime();
  const { error } = await runtime.executeTool('notes:write', {}, CONTEXT);
  expect(error?.code).toBe('TOOL_NOT_FOUND');
});
