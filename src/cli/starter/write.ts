/** Writes the files of a new workspace; what is there already stays as it is. */
import { existsSync } from 'node:fs';
import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { makeEvidenceKey } from '../../../adapters/index.ts';
import { messageOf, RuntimeError } from '../../../kernel/index.ts';
import { keyFolderOf } from '../../runtime/evidence-keys.ts';
import { quoted } from '../shell.ts';
import { NOTES_MODULE } from './notes-module.ts';
import { POLICY_TEST_YAML } from './policy-test-yaml.ts';
import { WORKSPACE_YAML } from './workspace-yaml.ts';

const FILES = [
  { path: 'workspace.yaml', text: WORKSPACE_YAML },
  { path: 'tools/notes.mts', text: NOTES_MODULE },
  { path: 'policy.test.yaml', text: POLICY_TEST_YAML },
] as const;

/** Records hold what people and models said, and the key signs them: no repository gets either. */
const IGNORED = '.troupe/';

export interface WrittenStarter {
  readonly folder: string;
  /** Relative to the folder. */
  readonly files: readonly string[];
  /** The id of the key that evidence is signed with from now on. */
  readonly key_id: string;
  /** Its public half, relative to the folder. */
  readonly public_key_file: string;
  /** Command lines and other things to do, in order. */
  readonly next: readonly string[];
}

/**
 * @throws RuntimeError USAGE when one of the files is there, or cannot be written;
 * EVIDENCE_KEY_INVALID
 */
export async function writeStarter(from: string, target: string): Promise<WrittenStarter> {
  const folder = resolve(from, target);
  const present = FILES.map(({ path }) => path).filter((path) => existsSync(join(folder, path)));
  if (present.length > 0) {
    const message = `${folder} has ${present.join(' and ')} already; nothing was written`;
    throw new RuntimeError('USAGE', message, { details: { folder, present } });
  }
  try {
    for (const { path, text } of FILES) await writeNew(join(folder, path), text);
    // Before there is a key that a commit could take along.
    await ignoreRecords(join(folder, '.gitignore'));
  } catch (cause) {
    const message = `Cannot write to ${folder}: ${messageOf(cause)}`;
    throw new RuntimeError('USAGE', message, { cause });
  }
  const { key, public_file } = await makeEvidenceKey(keyFolderOf(folder));
  return {
    folder,
    files: [...FILES.map(({ path }) => path), '.gitignore'],
    key_id: key.key_id,
    public_key_file: relative(folder, public_file),
    next: nextThings(pathFrom(from, folder)),
  };
}

async function writeNew(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text, { flag: 'wx' });
}

async function ignoreRecords(path: string): Promise<void> {
  const text = existsSync(path) ? await readFile(path, 'utf8') : '';
  if (text.split(/\r?\n/).includes(IGNORED)) return;
  const separator = text === '' || text.endsWith('\n') ? '' : '\n';
  await appendFile(path, `${separator}${IGNORED}\n`);
}

/** As a person would write it: relative where that is shorter to read. */
function pathFrom(from: string, folder: string): string {
  const path = relative(from, folder);
  return path.startsWith('..') ? folder : path;
}

function nextThings(folder: string): readonly string[] {
  return [
    ...(folder === '' ? [] : [`cd ${quoted(folder)}`]),
    'export AGENT_RUNTIME_BASE_URL=…   # where your model provider answers',
    'export AGENT_RUNTIME_API_KEY=…',
    'put the name of your model into workspace.yaml, at model:',
    'troupe config check && troupe policy test',
    'troupe run "Write down that the printer is repaired"',
  ];
}
