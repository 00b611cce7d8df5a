/** A desk with packs to add: a manifest, and short ways to write packs and to ask for them. */
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { systemEnvironment } from 'troupe/adapters';
import { deskIn, scratchFolder, type Desk } from './desk.ts';

export const MANIFEST = `
id: notes
version: 1.0.0
description: Notes of the desk.
allowed_scopes: [{ type: path, pattern: 'notes/**', access: write }]
config_key: notes
tools:
  - name: notes:write
    description: Writes a note.
    entry: tools.ts#write
    required_env: [NOTES_TOKEN]
    required_scopes:
      - { type: path, pattern: 'notes/**', access: write }
      - { type: network, posture: allowlist, allowlist_entries: ['notes.example:443'] }
    input_schema: { type: object }
policies: [{ id: notes-open, decision: allow, tools: ['*'] }]
`;

export interface PackDesk extends Desk {
  /** Writes a file, with the folders around it. */
  readonly put: (path: string, text: string) => Promise<void>;
  readonly putPack: (folder: string, manifest?: string) => Promise<void>;
  /** Calls `troupe packs` with `--json`; answers the one value. */
  readonly packs: (...words: readonly string[]) => Promise<{ exit: number; value: unknown }>;
}

/** Opens a desk with this workspace.yaml, and git and npm within reach. */
export async function openPackDesk(workspace: string): Promise<PackDesk> {
  const folder = await scratchFolder();
  const { PATH = '' } = systemEnvironment();
  const desk = deskIn(folder, { PATH, HOME: folder });
  await desk.write('workspace.yaml', workspace);
  const put = async (path: string, text: string): Promise<void> => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await desk.write(path, text);
  };
  return {
    ...desk,
    put,
    putPack: async (at, manifest = MANIFEST) => {
      await put(`${at}/manifest.yaml`, manifest);
      await put(`${at}/tools.ts`, 'export const write = () => "written";');
    },
    packs: async (...words) => {
      const { exit, out } = await desk.call('packs', ...words, '--json');
      return { exit, value: JSON.parse(out) as unknown };
    },
  };
}
