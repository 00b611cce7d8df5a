/** `troupe packs`: pins that are written with agreement, and told apart from what is there. */
import { readdir, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { MANIFEST, openPackDesk, type PackDesk } from './support/pack-desk.ts';
import { scriptedPrompts } from './support/scripted-prompts.ts';

const WORKSPACE = `# The desk.
name: Desk # for people

lanes: []

# Nothing else.
`;
const ANY_HASH: unknown = expect.stringMatching(/^sha256:[0-9a-f]{64}$/);

let desk: PackDesk;
beforeEach(async () => {
  desk = await openPackDesk(WORKSPACE);
});

describe('packs add', () => {
  test('shows what a pack may touch, asks, and pins it; all else in the file stays', async () => {
    await desk.putPack('packs/notes');
    const { mode } = await stat(join(desk.folder, 'workspace.yaml'));
    const prompts = scriptedPrompts(['pin']);
    const words = ['packs', 'add', 'packs/notes'];
    const { exit, out, err } = await desk.callWith({ isTerminal: true, prompts }, ...words);
    expect(exit).toBe(0);
    expect(prompts.asked).toEqual(['May notes@1.0.0 be pinned?']);
    for (const shown of ['notes:write', 'write notes/**', 'notes.example:443', 'NOTES_TOKEN']) {
      expect(err).toContain(shown);
    }
    expect(out).toContain('Its settings go below notes: there');
    const text = await desk.read('workspace.yaml');
    expect(text).toMatch(
      /^# The desk\.\nname: Desk # for people\n\nlanes: \[\]\npacks:\n {2}- id: notes\n/,
    );
    expect(text).toContain('# Nothing else.');
    expect((await stat(join(desk.folder, 'workspace.yaml'))).mode).toBe(mode);
    expect(await desk.packs('list')).toMatchObject({
      exit: 0,
      value: [
        {
          pin: { id: 'notes', version: '1.0.0', integrity: ANY_HASH, source: 'local' },
          state: 'ok',
          brings: { tools: ['notes:write'], required_env: ['NOTES_TOKEN'] },
        },
      ],
    });
    expect((await desk.call('config', 'check')).exit).toBe(0);
  });

  test.each([
    ['by choice', ['leave']],
    ['by leaving', [undefined]],
  ])('pins nothing where a person declines, %s', async (_, answers) => {
    await desk.putPack('elsewhere');
    const outside = { isTerminal: true, prompts: scriptedPrompts(answers) };
    const { exit, out } = await desk.callWith(outside, 'packs', 'add', 'elsewhere');
    expect({ exit, out }).toEqual({ exit: 0, out: 'Nothing was pinned\n' });
    expect(await desk.read('workspace.yaml')).toBe(WORKSPACE);
    expect(await readdir(join(desk.folder, 'packs'))).toEqual([]);
  });

  test('copies a folder from elsewhere, without what git keeps in it, and only once', async () => {
    await desk.putPack('elsewhere');
    await desk.put('elsewhere/.git/config', 'secret');
    expect(await desk.packs('add', 'elsewhere', '--yes')).toMatchObject({ exit: 0 });
    const copied = await readdir(join(desk.folder, 'packs/notes'));
    expect(copied.toSorted()).toEqual(['manifest.yaml', 'tools.ts']);
    expect((await desk.call('packs', 'verify')).exit).toBe(0);
    const again = await desk.call('packs', 'add', 'elsewhere', '--yes');
    expect(again.exit).toBe(2);
    expect(again.err).toContain('is there already');
  });

  test('pins dev where that is asked for', async () => {
    await desk.putPack('packs/notes');
    expect(await desk.packs('add', 'packs/notes', '--dev', '--yes')).toMatchObject({
      value: { pin: { integrity: 'dev' } },
    });
    expect((await desk.call('packs', 'verify')).out).toContain('dev, whatever is there is trusted');
  });

  test.each([
    ['nobody to ask', ['packs/notes'], 'name --yes'],
    ['a folder that is not there', ['none', '--yes'], 'PACK_FETCH_FAILED'],
    ['a URL without a commit', ['https://git.example/a.git', '--yes'], 'behind #'],
    ['a package without a version', ['npm:notes', '--yes'], 'npm:package@version'],
    ['another name than its id', ['packs/other', '--yes'], 'has to lie at'],
    ['links in it', ['linked', '--yes'], 'found a link'],
    ['no manifest', ['empty', '--yes'], 'CONFIG_NOT_FOUND'],
    ['a manifest that is none', ['broken', '--yes'], 'unknown key'],
    ['the name of what is built in', ['own', '--yes'], 'is built in'],
  ])('refuses %s, and leaves everything as it was', async (_, words, why) => {
    await desk.putPack('packs/notes');
    await desk.putPack('packs/other');
    await desk.putPack('linked');
    await symlink('/etc/passwd', join(desk.folder, 'linked/passwd'));
    await desk.put('empty/tools.ts', '');
    await desk.putPack('broken', `${MANIFEST}tols: []\n`);
    await desk.putPack('own', MANIFEST.replace('id: notes', 'id: agent-runtime'));
    const { exit, err } = await desk.call('packs', 'add', ...words);
    expect({ exit, isTold: err.includes(why) }).toEqual({ exit: 2, isTold: true });
    expect(await desk.read('workspace.yaml')).toBe(WORKSPACE);
    expect((await readdir(join(desk.folder, 'packs'))).toSorted()).toEqual(['notes', 'other']);
  });
});

describe('packs verify and list', () => {
  const PIN = 'version: 1.0.0, integrity: dev, source: local';

  test('name what was altered, and say nothing of what it claims to bring', async () => {
    await desk.putPack('packs/notes');
    await desk.packs('add', 'packs/notes', '--yes');
    await desk.put('packs/notes/tools.ts', 'export const write = () => "evil";');
    const { exit, value } = await desk.packs('verify', 'notes');
    expect(exit).toBe(2);
    expect(value).toMatchObject({
      ok: false,
      packs: [{ state: 'altered', integrity: ANY_HASH, problem: { code: 'PACK_INVALID' } }],
    });
    const { exit: listed, out } = await desk.call('packs', 'list');
    expect(listed).toBe(0);
    expect(out).toContain('notes@1.0.0  ALTERED\n  PACK_INVALID: ');
    expect(out).not.toContain('NOTES_TOKEN');
  });

  test('tell missing, built in and sound packs apart, whatever else is missing', async () => {
    const pins = ['agent-runtime', 'gone'].map((id) => `{ id: ${id}, ${PIN} }`);
    await desk.write('workspace.yaml', `packs: [${pins.join(', ')}]\ngone: { any: thing }\n`);
    const { exit, out } = await desk.call('packs', 'verify');
    expect(exit).toBe(2);
    expect(out).toContain('agent-runtime@1.0.0  built in\ngone@1.0.0  NOT INSTALLED');
    expect((await desk.call('packs', 'verify', 'agent-runtime')).exit).toBe(0);
    const mistyped = await desk.call('packs', 'verify', 'gon');
    expect(mistyped.err).toContain('Did you mean gone?');
  });

  test('say so where nothing is pinned, and tell a wrong pin with its line', async () => {
    expect((await desk.call('packs', 'list')).out).toBe('No packs are pinned\n');
    await desk.write('workspace.yaml', 'packs:\n  - { id: a, version: x }\n');
    const { exit, err } = await desk.call('packs', 'list');
    expect(exit).toBe(2);
    expect(err).toContain('workspace.yaml:2:');
  });
});
