/** Where packs are taken from: what people may write, and a pin of what a registry has. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemEnvironment } from 'troupe/adapters';
import { addPack, type AddOptions } from '../../src/runtime/packs/add.ts';
import { installPacks } from '../../src/runtime/packs/install.ts';
import { parsePackSource } from '../../src/runtime/packs/source.ts';
import { startRegistry, type Registry } from './support/registry.ts';

describe('a source is', () => {
  test.each([
    ['packs/notes', { kind: 'local', folder: '/desk/packs/notes' }],
    ['/other/notes', { kind: 'local', folder: '/other/notes' }],
    ['https://git.example/n.git#v1', { url: 'https://git.example/n.git', reference: 'v1' }],
    ['git@git.example:a/n.git#main', { url: 'git@git.example:a/n.git', reference: 'main' }],
    ['../n#main', { kind: 'git', url: '/n', reference: 'main' }],
    ['npm:notes@1.0.0', { kind: 'registry', name: 'notes', version: '1.0.0' }],
    ['npm:@acme/notes@1.0.0-rc.1', { name: '@acme/notes', version: '1.0.0-rc.1' }],
  ])('%s', (given, expected) => {
    expect(parsePackSource(given, '/desk')).toMatchObject(expected);
  });

  test.each(['npm:notes', 'npm:@acme/notes', 'npm:', '#v1', 'a#', 'ssh://git.example/n', 'a@b:n'])(
    'not %s',
    (given) => {
      expect(() => parsePackSource(given, '/desk')).toThrow(
        expect.objectContaining({ code: 'USAGE' }),
      );
    },
  );
});

describe('from a registry', () => {
  let root: string;
  let registry: Registry;
  let options: Omit<AddOptions, 'source'>;

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'troupe-add-'));
    const manifest = 'id: notes\nversion: 1.0.0\n';
    registry = await startRegistry(root, { name: '@acme/notes', version: '1.0.0', manifest });
    await writeFile(join(root, 'workspace.yaml'), 'name: Desk\n');
    options = {
      workspace: root,
      registry_url: registry.url,
      environment: { ...systemEnvironment(), HOME: root },
      agree: async () => true,
    };
  });
  afterAll(async () => {
    await registry.close();
    await rm(root, { recursive: true });
  });

  test('a package is pinned with its hash, and installed from there again', async () => {
    const source = parsePackSource('npm:@acme/notes@1.0.0', root);
    const added = await addPack({ ...options, source });
    expect(added?.pin).toEqual({
      ...{ id: 'notes', version: '1.0.0', source: 'registry', package: '@acme/notes' },
      ...{ registry_url: registry.url, integrity: expect.stringMatching(/^sha256:/) as string },
    });
    await rm(added?.folder ?? '', { recursive: true });
    const pins = added ? [added.pin] : [];
    const [installed] = await installPacks(root, pins, options.environment);
    expect(installed).toMatchObject({ state: 'ok', is_new: true });
    await expect(readFile(registry.marker)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('what is written into the file while somebody looks at the pack is not lost', async () => {
    const file = join(root, 'workspace.yaml');
    const agree = async () => {
      await writeFile(file, 'name: Renamed\n');
      return true;
    };
    await addPack({ ...options, agree, source: parsePackSource('npm:@acme/notes@1.0.0', root) });
    expect(await readFile(file, 'utf8')).toMatch(/^name: Renamed\npacks:\n {2}- id: notes\n/);
  });

  test('a package that is another version than its manifest is refused', async () => {
    const before = await readFile(join(root, 'workspace.yaml'), 'utf8');
    const other = await mkdtemp(join(tmpdir(), 'troupe-add-'));
    const manifest = 'id: notes\nversion: 3.0.0\n';
    const liar = await startRegistry(other, { name: 'notes', version: '2.0.0', manifest });
    const source = parsePackSource('npm:notes@2.0.0', root);
    const added = addPack({ ...options, source, registry_url: liar.url });
    await expect(added).rejects.toMatchObject({ code: 'PACK_INVALID' });
    expect(await readFile(join(root, 'workspace.yaml'), 'utf8')).toBe(before);
    await liar.close();
    await rm(other, { recursive: true });
  });
});
