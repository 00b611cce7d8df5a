/** Packs: what a pin admits, what a manifest brings, and what is refused before anything runs. */
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createRuntime, type Runtime } from 'troupe';
import { packIntegrity } from 'troupe/adapters';

const MANIFEST = `
id: notes
version: 1.2.0
allowed_scopes: [{ type: path, pattern: 'notes/**', access: write }]
config_key: notes
config_schema: config.schema.json
tools:
  - name: notes:write
    description: Writes a note.
    entry: tools.ts#write
    required_env: [NOTES_TOKEN]
    required_scopes: [{ type: path, pattern: '**', access: write }]
    input_schema:
      type: object
      properties: { file: { type: string, x-troupe-argument: 'path:write' } }
      required: [file]
      additionalProperties: false
policies:
  - { id: notes-open, decision: allow, tools: ['*'] }
  - id: no-drafts
    decision: deny
    tools: ['notes:*']
    when: { arguments: [{ pointer: /file, matches: '**/draft*' }] }
`;
const SCHEMA = JSON.stringify({
  type: 'object',
  properties: { folder: { type: 'string' }, token_env: { type: 'string' } },
  additionalProperties: false,
});
const GRANTS = `security: { allowed_scopes: [{ type: path, pattern: '**', access: write }] }`;

let root: string;
let runtime: Runtime | undefined;

const put = async (path: string, text: string): Promise<void> => {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), text);
};
const pin = (change = ''): string =>
  `{ id: notes, version: 1.2.0, integrity: dev, source: local${change} }`;

/** Opens a runtime on a workspace with these pins and further lines. */
async function open(pins: string, more = '', environment: Record<string, string> = {}) {
  await put('workspace.yaml', `packs: [${pins}]\n${GRANTS}\n${more}`);
  runtime = await createRuntime({ workspace: root, system: { environment } });
  return runtime;
}
const refusal = async (...given: Parameters<typeof open>): Promise<string> => {
  const error = await open(...given).then(
    () => ({ code: 'none', message: 'it opened' }),
    (thrown: { code: string; message: string }) => thrown,
  );
  return `${error.code}: ${error.message}`;
};

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'troupe-packs-'));
  await put('packs/notes/manifest.yaml', MANIFEST);
  await put('packs/notes/config.schema.json', SCHEMA);
  await put('packs/notes/tools.ts', 'export const write = () => ({ written: true });');
});
afterEach(async () => {
  await runtime?.close();
  runtime = undefined;
  await rm(root, { recursive: true });
});

const CONTEXT = { run_id: 'run-1', task_id: 'task-1', session_id: 'host-1' };

describe('a pack that is as it was pinned', () => {
  test('brings its tools, under its scopes and its rules', async () => {
    const opened = await open(pin());
    const governed = await opened.getToolHost().listGovernedTools(CONTEXT);
    expect(governed.map(({ capability }) => capability.name)).toContain('notes:write');
    const [tool] = governed.filter(({ capability }) => capability.name === 'notes:write');
    expect(tool?.scope_enforced).toEqual([{ type: 'path', pattern: 'notes/**', access: 'write' }]);
    expect(tool?.capability.handler.kind).toBe('subprocess');
  });

  test.each([
    ['notes/draft.md', 'POLICY_DENIED'],
    ['other/a.md', 'SCOPE_DENIED'],
    ['packs/notes/tools.ts', 'SCOPE_DENIED'],
  ])('is held to them: %s is %s', async (file, code) => {
    const opened = await open(pin());
    const { error } = await opened.executeTool('notes:write', { file }, CONTEXT);
    expect(error?.code).toBe(code);
  });

  test('has rules that speak of no tool but its own', async () => {
    const opened = await open(pin());
    const evaluation = opened.getPolicyEngine().evaluate({
      ...{ trigger: 'on_tool_request', run_id: 'run-1', tool_name: 'mail:send' },
    });
    expect(evaluation.decision).toBe('deny');
  });

  test('is found by its hash, wherever it lies', async () => {
    const integrity = await packIntegrity(join(root, 'packs/notes'));
    await open(`{ id: notes, version: 1.2.0, integrity: '${integrity}', source: local }`);
    expect(integrity).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  test('is given its section, checked by its schema', async () => {
    expect(await refusal(pin(), 'notes: { folder: 5 }')).toContain('CONFIG_INVALID');
    expect(await refusal(pin(), 'notes: { token_env: NOTES_TOKEN }')).toContain('it opened');
    expect(await refusal(pin(), 'note: {}')).toContain('unknown key');
  });
});

describe('a pack that is refused', () => {
  test('altered after it was pinned', async () => {
    const integrity = await packIntegrity(join(root, 'packs/notes'));
    const pinned = `{ id: notes, version: 1.2.0, integrity: '${integrity}', source: local }`;
    await put('packs/notes/tools.ts', 'export const write = () => "evil";');
    expect(await refusal(pinned)).toMatch(/^PACK_INVALID: Pack notes@1.2.0: expected sha256:/);
  });

  test.each([
    ['a file added', 'packs/notes/extra.ts', ''],
    ['a file in a hidden folder', 'packs/notes/.hidden/a', ''],
    ['a file that version control would hide', 'packs/notes/.git/a', ''],
  ])('%s changes the hash', async (_, path, text) => {
    const before = await packIntegrity(join(root, 'packs/notes'));
    await put(path, text);
    expect(await packIntegrity(join(root, 'packs/notes'))).not.toBe(before);
  });

  test('that is a link to a folder elsewhere', async () => {
    await rename(join(root, 'packs/notes'), join(root, 'elsewhere'));
    await symlink(join(root, 'elsewhere'), join(root, 'packs/notes'));
    expect(await refusal(pin())).toMatch(/^PACK_INVALID: .*expected a folder, found a link$/);
  });

  test('with links in it', async () => {
    await symlink('/etc/passwd', join(root, 'packs/notes/passwd'));
    expect(await refusal(pin())).toMatch(/^PACK_INVALID: .*found a link or device$/);
  });

  test.each([
    [
      'not there',
      `{ id: other, version: 1.0.0, integrity: dev, source: local }`,
      'PACK_NOT_INSTALLED',
    ],
    [
      'not fetched',
      `{ id: a, version: 1.0.0, integrity: dev, source: registry }`,
      'PACK_NOT_INSTALLED',
    ],
    ['of another version', pin().replace('1.2.0', '1.3.0'), 'PACK_INVALID'],
    ['out of its folder', pin().replace('id: notes', 'id: ../notes'), 'CONFIG_INVALID'],
  ])('%s', async (_, pins, code) => {
    expect(await refusal(pins)).toMatch(new RegExp(`^${code}: `));
  });

  test('dev in production', async () => {
    expect(await refusal(pin(), '', { NODE_ENV: 'production' })).toContain('refused in production');
  });

  test.each([
    [
      'a section that Troupe has',
      'config_key: notes',
      'config_key: security',
      'a config_key of its own',
    ],
    ['a schema that is not there', 'config.schema.json', 'none.json', 'expected its config_schema'],
    ['an entry outside', 'tools.ts#write', '../tools.ts#write', 'expected a file of the pack'],
    ['a key that nobody knows', 'policies:', 'policy:', 'unknown key'],
    ['a schema that cannot be read', 'type: object', 'type: thing', 'JSON Schema'],
  ])('with %s', async (_, from, to, why) => {
    await put('packs/notes/manifest.yaml', MANIFEST.replace(from, to));
    expect(await refusal(pin())).toContain(why);
  });

  test('whose section names a variable that none of its tools declares', async () => {
    const said = await refusal(pin(), 'notes: { token_env: OTHER_TOKEN }');
    expect(said).toContain('OTHER_TOKEN is in its section');
  });
});
