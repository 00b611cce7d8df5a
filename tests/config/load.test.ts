/** From a folder or a file on the disk to a config, or to one error that says everything. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CONFIG_BYTES_MAX, loadWorkspace } from '../../config/index.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'troupe-config-'));
});

afterAll(() => rm(folder, { recursive: true }));

/** A folder of its own with a workspace.yaml in it; answers the path of that file. */
async function workspace(name: string, content: string | Uint8Array): Promise<string> {
  await mkdir(join(folder, name));
  const file = join(folder, name, 'workspace.yaml');
  await writeFile(file, content);
  return file;
}

describe('a workspace loads', () => {
  test('by its folder and by its file', async () => {
    const file = await workspace('good', 'id: good\n');
    const expected = { file, folder: join(folder, 'good'), config: { id: 'good' } };
    expect(await loadWorkspace(join(folder, 'good'))).toMatchObject(expected);
    expect(await loadWorkspace(file)).toMatchObject(expected);
  });

  test('with a byte order mark and with carriage returns', async () => {
    const file = await workspace('marked', '\uFEFFid: marked\r\nname: Two\r\n');
    expect((await loadWorkspace(file)).config).toMatchObject({ id: 'marked', name: 'Two' });
  });
});

describe('a workspace that is not there', () => {
  test.each([
    ['no folder', 'nowhere', 'nothing'],
    ['no file in the folder', '.', 'nothing'],
    ['a folder in place of the file', 'hollow', 'a folder'],
  ])('%s', async (_, name, found) => {
    await mkdir(join(folder, 'hollow', 'workspace.yaml'), { recursive: true });
    const path = join(folder, name);
    const file = name === 'nowhere' ? path : join(path, 'workspace.yaml');
    await expect(loadWorkspace(path)).rejects.toMatchObject({
      code: 'CONFIG_NOT_FOUND',
      message: `Expected a file at ${file}, found ${found}`,
      details: { file },
    });
  });

  test('a device is not read', async () => {
    await expect(loadWorkspace('/dev/zero')).rejects.toMatchObject({
      code: 'CONFIG_NOT_FOUND',
      message: 'Expected a file at /dev/zero, found a device',
    });
  });
});

describe('a workspace with problems', () => {
  test('is refused with all of them, for people and for programs', async () => {
    const file = await workspace('bad', 'lane: []\nname: 7\n');
    await expect(loadWorkspace(file)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: [
        `${file} has 2 problems`,
        `  ${file}:1:1 lane: unknown key "lane" — Did you mean lanes?`,
        `  ${file}:2:7 name: expected text, received 7 — For example: name: workspace`,
      ].join('\n'),
      details: {
        file,
        problems: [
          { file, path: 'lane', line: 1, column: 1 },
          { file, path: 'name', line: 2, column: 7 },
        ],
      },
    });
  });

  test.each<[what: string, content: string | Uint8Array, message: string]>([
    ['too large', '#'.repeat(CONFIG_BYTES_MAX + 1), 'expected at most 1048576 bytes'],
    ['large in bytes only', `#${'é'.repeat(CONFIG_BYTES_MAX / 2)}`, 'expected at most'],
    ['not UTF-8', Uint8Array.of(0x69, 0x64, 0xff), 'expected UTF-8 text, received other bytes'],
    ['empty', '', 'expected a mapping, received nothing'],
  ])('%s', async (what, content, message) => {
    const file = await workspace(what.replaceAll(' ', '-'), content);
    await expect(loadWorkspace(file)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining(`${file} has 1 problem\n  ${file}:1:1 ${message}`) as string,
    });
  });
});
