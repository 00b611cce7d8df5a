/**
 * A rule about a path holds however the path is written: what the model asks for, what rules look
 * at, what is remembered and what the tool opens are one spelling.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { createRuntime, defineTool, type Runtime } from 'troupe';
import { memoryStore } from 'troupe/adapters';
import { pathArgument, type Store } from 'troupe/kernel';
import { inWorkspace } from './obeying.ts';

const WORKSPACE = `
security: { allowed_scopes: [{ type: path, pattern: '**', access: read }] }
troupe: { policy: { default_decision: allow } }
policies:
  - { id: no-keys, decision: deny, tools: ['files:*'],
      when: { arguments: [{ pointer: /paths/*, matches: 'keys/**' }] } }
  - { id: no-mail-after-secrets, decision: deny, tools: ['email:*'],
      when: { after: [{ tools: ['files:*'],
                        arguments: [{ pointer: /paths/*, matches: 'secrets/**' }] }] } }
`;

const context = { run_id: 'r', task_id: 't', session_id: 's' };

function open(workspace: string, store: Store, opened: string[]): Promise<Runtime> {
  const read = defineTool({
    name: 'files:read',
    description: 'Reads files.',
    input: z.strictObject({ paths: z.array(pathArgument('read')) }),
    scopes: [{ type: 'path', pattern: '**', access: 'read' }],
    run: ({ paths }) => void opened.push(...paths),
  });
  const send = defineTool({
    ...{ name: 'email:send', description: 'Sends.', input: z.strictObject({}) },
    run: () => void opened.push('sent'),
  });
  return createRuntime({ workspace, store, tools: [read, send] });
}

const codeOf = async (runtime: Runtime, tool: string, input: object): Promise<unknown> => {
  const { success, error } = await runtime.executeTool(tool, input, context);
  return success ? 'ran' : error?.code;
};

const SPELLINGS: readonly (readonly [string, (folder: string, file: string) => string])[] = [
  ['as it is', (_, file) => file],
  ['from here', (_, file) => `./${file}`],
  ['from here, and from here', (_, file) => `././${file}`],
  ['with a slash more', (_, file) => file.replace('/', '//')],
  ['with a place that leads nowhere', (_, file) => file.replace('/', '/./')],
  ['with a slash behind', (_, file) => `${file}/`],
  ['from the root', (folder, file) => join(folder, file)],
  ['from the root, with a slash more', (folder, file) => `${folder}//${file}`],
];

test.each(SPELLINGS)('a path that is written %s', async (_, spell) => {
  await inWorkspace(WORKSPACE, async (folder) => {
    for (const name of ['keys', 'secrets']) {
      await mkdir(join(folder, name));
      await writeFile(join(folder, name, 'plan'), name);
    }
    const opened: string[] = [];
    const store = memoryStore();
    const first = await open(folder, store, opened);
    const keys = { paths: [spell(folder, 'keys/plan')] };
    expect(await codeOf(first, 'files:read', keys)).toBe('POLICY_DENIED');
    const secrets = { paths: ['keys-not', spell(folder, 'secrets/plan')] };
    expect(await codeOf(first, 'files:read', secrets)).toBe('ran');
    expect(await codeOf(first, 'email:send', {})).toBe('POLICY_DENIED');
    await first.close();
    const second = await open(folder, store, opened);
    expect(await codeOf(second, 'email:send', {})).toBe('POLICY_DENIED');
    expect(opened).toEqual(['keys-not', 'secrets/plan']);
    expect(await second.evidence.verify('s')).toMatchObject({ ok: true });
    await second.close();
  });
});
