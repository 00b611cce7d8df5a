/**
 * Path arguments against a real disk: links, second names, devices, the store. A tool that reads
 * what it is told to is granted `docs/**`; one row per way out.
 */
import { execFileSync } from 'node:child_process';
import { link, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createRuntime, defineTool, type Runtime } from 'troupe';
import { pathArgument } from 'troupe/kernel';

const WORKSPACE = `
security:
  allowed_scopes:
    - { type: path, pattern: 'docs/**', access: read }
    - { type: path, pattern: 'docs/**', access: write }
`;
const SECRET = 'not for a tool';

let outside: string;
let root: string;
let runtime: Runtime;
const touched: string[] = [];

const scope = (access: 'read' | 'write') => [{ type: 'path' as const, pattern: '**', access }];
const tools = [
  defineTool({
    name: 'files:read',
    description: 'Reads a file.',
    input: z.strictObject({ file: pathArgument('read') }),
    scopes: scope('read'),
    run: async ({ file }) => {
      touched.push(file);
      return { text: await readFile(join(root, file), 'utf8') };
    },
  }),
  defineTool({
    name: 'files:write',
    description: 'Writes a file.',
    input: z.strictObject({ file: pathArgument('write') }),
    scopes: scope('write'),
    run: async ({ file }) => {
      touched.push(file);
      await writeFile(join(root, file), 'written');
    },
  }),
  defineTool({
    name: 'files:roam',
    description: 'Names no file in its arguments, so nothing would hold it to a part.',
    input: z.strictObject({}),
    scopes: scope('read'),
    run: () => touched.push('everything'),
  }),
];

beforeAll(async () => {
  outside = await mkdtemp(join(tmpdir(), 'troupe-outside-'));
  root = await mkdtemp(join(tmpdir(), 'troupe-paths-'));
  await writeFile(join(outside, 'secret'), SECRET);
  await writeFile(join(root, 'workspace.yaml'), WORKSPACE);
  await mkdir(join(root, 'docs/sub'), { recursive: true });
  await mkdir(join(root, 'src'));
  await writeFile(join(root, 'docs/plain.md'), 'plain');
  await writeFile(join(root, 'src/code.ts'), SECRET);
  await symlink('plain.md', join(root, 'docs/within'));
  await symlink(join(outside, 'secret'), join(root, 'docs/absolute'));
  await symlink('../src/code.ts', join(root, 'docs/relative'));
  await symlink('..', join(root, 'docs/up'));
  await symlink('absolute', join(root, 'docs/twice'));
  await symlink('nowhere', join(root, 'docs/dangling'));
  await symlink('loop', join(root, 'docs/loop'));
  await symlink('../.troupe', join(root, 'docs/store'));
  await symlink('/proc/self/root', join(root, 'docs/proc'));
  await writeFile(join(root, 'src/linked.ts'), SECRET);
  await link(join(root, 'src/linked.ts'), join(root, 'docs/hard'));
  execFileSync('mkfifo', [join(root, 'docs/fifo')]);
  runtime = await createRuntime({
    workspace: root,
    tools,
    policy: [{ level: 'workspace', default_decision: 'allow', rules: [] }],
  });
});

afterAll(async () => {
  await runtime.close();
  await rm(root, { recursive: true });
  await rm(outside, { recursive: true });
});

let calls = 0;
async function call(tool: string, input: Record<string, unknown>) {
  touched.length = 0;
  calls += 1;
  const context = { run_id: 'run-1', task_id: 'task-1', session_id: `host-${calls}` };
  const output = await runtime.executeTool(tool, input, { ...context, allowed_scopes: [] });
  const kinds: string[] = [];
  for await (const { kind } of runtime.evidence.read(context.session_id)) kinds.push(kind);
  return { output, kinds };
}

describe('a path that stays within is read and written', () => {
  test.each([
    ['files:read', 'docs/plain.md'],
    ['files:read', 'docs/within'],
    ['files:read', './docs//plain.md'],
    ['files:write', 'docs/sub/new.md'],
    ['files:write', 'docs/sub/deep.md'],
  ])('%s %s', async (tool, file) => {
    const { output } = await call(tool, { file });
    expect(output).toMatchObject({ success: true });
    // In its one spelling.
    expect(touched).toEqual([file.replace('./docs//', 'docs/')]);
  });
});

describe('a path that leads out is refused, and nothing runs', () => {
  test.each([
    ['files:read', 'docs/absolute', 'with links followed'],
    ['files:read', 'docs/relative', 'with links followed'],
    ['files:read', 'docs/up/src/code.ts', 'with links followed'],
    ['files:read', 'docs/up/docs/up/src/code.ts', 'with links followed'],
    ['files:read', 'docs/twice', 'with links followed'],
    ['files:read', 'docs/dangling', 'leads nowhere'],
    ['files:write', 'docs/dangling', 'leads nowhere'],
    ['files:write', 'docs/dangling/new', 'leads nowhere'],
    ['files:read', 'docs/loop', 'neither a file nor a folder'],
    ['files:read', 'docs/store/store/CURRENT', 'with links followed'],
    ['files:write', 'docs/up/workspace.yaml', 'with links followed'],
    ['files:read', 'docs/proc/etc/passwd', 'with links followed'],
    ['files:read', 'docs/hard', 'hard link'],
    ['files:write', 'docs/hard', 'hard link'],
    ['files:read', 'docs/fifo', 'neither a file nor a folder'],
    ['files:read', 'docs/plain.md/x', 'neither a file nor a folder'],
    ['files:read', '../outside', 'climbs'],
    ['files:read', '/etc/passwd', 'outside the workspace'],
    ['files:read', '/proc/self/environ', 'outside the workspace'],
    ['files:read', '.troupe/store/CURRENT', 'Troupe itself'],
    ['files:write', 'workspace.yaml', 'Troupe itself'],
    ['files:read', 'src/code.ts', 'not in the read scopes'],
  ])('%s %s', async (tool, file, why) => {
    const { output, kinds } = await call(tool, { file });
    expect(output).toMatchObject({ success: false, error: { code: 'SCOPE_DENIED' } });
    expect(output.error?.message).toContain(why);
    expect(touched).toEqual([]);
    expect(kinds).toEqual(['tool_call_denied']);
  });
});

test('a tool that nothing holds to a part of its scopes gets none of them', async () => {
  const { output } = await call('files:roam', {});
  expect(output.error).toMatchObject({ code: 'SCOPE_DENIED' });
  expect(output.error?.message).toContain('nothing would hold it');
  expect(touched).toEqual([]);
});

test('no secret was read, and the configuration is as it was', async () => {
  expect(await readFile(join(root, 'workspace.yaml'), 'utf8')).toBe(WORKSPACE);
  expect(await readFile(join(root, 'src/code.ts'), 'utf8')).toBe(SECRET);
});
