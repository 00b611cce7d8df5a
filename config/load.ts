/** Reads configuration files from the disk. The only file of config that touches it. */
import { open, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { messageOf, RuntimeError } from '../kernel/index.ts';
import { CONFIG_BYTES_MAX, parseDocument, tooLarge, type DocumentKind } from './document.ts';
import { MANIFEST, type PackManifest } from './manifest.ts';
import { readPins, workspaceKind } from './parse.ts';
import { PINS } from './pins.ts';
import { POLICY_CASES, type PolicyCase } from './policy-cases.ts';
import { formatProblem, type Problem } from './problems.ts';
import type { PackPin, PackSections, WorkspaceConfig } from './schema.ts';

/** A config together with where it came from. */
export interface LoadedWorkspace {
  readonly config: WorkspaceConfig;
  /** Absolute path of the folder that relative paths of the config start from. */
  readonly folder: string;
  /** Absolute path of the file itself. */
  readonly file: string;
  /** The sections of packs, by their root key. */
  readonly pack_config: Readonly<Record<string, unknown>>;
}

/** Finds the sections that pinned packs add, given the workspace folder. */
export type ReadSections = (folder: string, pins: readonly PackPin[]) => Promise<PackSections>;

/**
 * Loads the workspace.yaml of a folder, or the file that is named.
 * @throws RuntimeError CONFIG_NOT_FOUND when there is no such file, CONFIG_INVALID with every
 * problem in its message and, as data, in `details.problems`; and what `readSections` throws.
 */
export async function loadWorkspace(
  folderOrFile: string,
  readSections: ReadSections = () => Promise.resolve({}),
): Promise<LoadedWorkspace> {
  const { text, file } = await readDocument('workspace.yaml', folderOrFile);
  const folder = dirname(file);
  const sections = await readSections(folder, readPins(text));
  const config = parsed(workspaceKind(sections), text, file);
  const section = (key: string) => (config as Readonly<Record<string, unknown>>)[key];
  const packConfig = Object.keys(sections).map((key) => [key, section(key)] as const);
  return { config, folder, file, pack_config: Object.fromEntries(packConfig) };
}

/**
 * Loads the manifest.yaml of a pack's folder.
 * @throws RuntimeError CONFIG_NOT_FOUND, CONFIG_INVALID
 */
export async function loadManifest(folder: string): Promise<PackManifest> {
  const { text, file } = await readDocument(MANIFEST.name, folder);
  return parsed(MANIFEST, text, file);
}

/** The pins of a workspace, and the file that holds them. */
export interface LoadedPins {
  readonly pins: readonly PackPin[];
  readonly folder: string;
  readonly file: string;
  readonly text: string;
}

/**
 * Loads only the pins of a workspace: the packs themselves, and what they add, may be missing.
 * @throws RuntimeError CONFIG_NOT_FOUND, CONFIG_INVALID
 */
export async function loadPins(folderOrFile: string): Promise<LoadedPins> {
  const { text, file } = await readDocument(PINS.name, folderOrFile);
  return { pins: parsed(PINS, text, file).packs, folder: dirname(file), file, text };
}

/**
 * Loads the policy.test.yaml of a folder, or the file that is named.
 * @throws RuntimeError CONFIG_NOT_FOUND, CONFIG_INVALID
 */
export async function loadPolicyCases(folderOrFile: string): Promise<readonly PolicyCase[]> {
  const { text, file } = await readDocument(POLICY_CASES.name, folderOrFile);
  return parsed(POLICY_CASES, text, file).cases;
}

async function readDocument(
  name: string,
  folderOrFile: string,
): Promise<{ readonly text: string; readonly file: string }> {
  const file = resolve(await findFile(folderOrFile, name));
  return { text: decode(await readWhole(file, name), file), file };
}

function parsed<Value>(kind: DocumentKind<Value>, text: string, file: string): Value {
  const { value, problems } = parseDocument(kind, text, file);
  if (value === undefined) throw invalid(file, problems);
  return value;
}

async function findFile(folderOrFile: string, name: string): Promise<string> {
  const isFolder = (await kindOf(folderOrFile)) === 'a folder';
  const file = isFolder ? join(folderOrFile, name) : folderOrFile;
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
async function readWhole(file: string, name: string): Promise<Buffer> {
  try {
    await using handle = await open(file, 'r');
    const { size } = await handle.stat();
    if (size > CONFIG_BYTES_MAX) throw invalid(file, [tooLarge(file, name)]);
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
