/** Reads a workspace.yaml from the disk. The only file of config that touches it. */
import { open, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { messageOf, RuntimeError } from '../kernel/index.ts';
import { CONFIG_BYTES_MAX, parseWorkspace, tooLarge } from './parse.ts';
import { formatProblem, type Problem } from './problems.ts';
import type { WorkspaceConfig } from './schema.ts';

const FILE_NAME = 'workspace.yaml';

/** A config together with where it came from. */
export interface LoadedWorkspace {
  readonly config: WorkspaceConfig;
  /** Absolute path of the folder that relative paths of the config start from. */
  readonly folder: string;
  /** Absolute path of the file itself. */
  readonly file: string;
}

/**
 * Loads the workspace.yaml of a folder, or the file that is named.
 * @throws RuntimeError CONFIG_NOT_FOUND when there is no such file, CONFIG_INVALID with every
 * problem in its message and, as data, in `details.problems`.
 */
export async function loadWorkspace(folderOrFile: string): Promise<LoadedWorkspace> {
  const file = await findFile(folderOrFile);
  const bytes = await readWhole(file);
  const { config, problems } = parseWorkspace(decode(bytes, file), { file });
  if (!config) throw invalid(file, problems);
  return { config, folder: dirname(resolve(file)), file: resolve(file) };
}

async function findFile(folderOrFile: string): Promise<string> {
  const isFolder = (await kindOf(folderOrFile)) === 'a folder';
  const file = isFolder ? join(folderOrFile, FILE_NAME) : folderOrFile;
  const kind = await kindOf(file);
  if (kind === 'a file') return file;
  throw new RuntimeError('CONFIG_NOT_FOUND', `Expected a file at ${file}, found ${kind}`, {
    details: { file },
  });
}

async function kindOf(path: string): Promise<'a file' | 'a folder' | 'nothing' | 'a device'> {
  const stats = await stat(path).catch(() => undefined);
  if (!stats) return 'nothing';
  if (stats.isDirectory()) return 'a folder';
  return stats.isFile() ? 'a file' : 'a device';
}

/** Measures the opened file before it reads it, so that nothing large enters the memory. */
async function readWhole(file: string): Promise<Buffer> {
  try {
    await using handle = await open(file, 'r');
    const { size } = await handle.stat();
    if (size > CONFIG_BYTES_MAX) throw invalid(file, [tooLarge(file)]);
    return await handle.readFile();
  } catch (cause) {
    if (cause instanceof RuntimeError) throw cause;
    throw invalid(file, [wholeFile(file, messageOf(cause), 'Make the file readable')], cause);
  }
}

function decode(bytes: Buffer, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    const message = 'expected UTF-8 text, received other bytes';
    throw invalid(file, [wholeFile(file, message, 'Save the file as UTF-8')], cause);
  }
}

function wholeFile(file: string, message: string, remedy: string): Problem {
  return { file, path: '', line: 1, column: 1, message, remedy };
}

function invalid(file: string, problems: readonly Problem[], cause?: unknown): RuntimeError {
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  const lines = problems.map((problem) => `  ${formatProblem(problem)}`);
  return new RuntimeError('CONFIG_INVALID', [`${file} has ${count}`, ...lines].join('\n'), {
    details: { file, problems },
    cause,
  });
}
