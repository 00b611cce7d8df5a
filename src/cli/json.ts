/** JSON that people give on the command line: in place, in a file, or on standard input. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { messageOf, RuntimeError, type Approval } from '../../kernel/index.ts';
import type { Io } from './io.ts';

/**
 * Reads `{…}`, `@file` or `-` (standard input).
 * @throws RuntimeError USAGE naming what was given.
 */
export async function readJson(given: string, { folder, readInput }: Io): Promise<unknown> {
  if (given === '-') return parseJson(await readInput(), 'Standard input');
  if (!given.startsWith('@')) return parseJson(given, 'The given text');
  const path = resolve(folder, given.slice(1));
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new RuntimeError('USAGE', `Cannot read ${path}: ${messageOf(cause)}`, { cause });
  });
  return parseJson(text, path);
}

/**
 * Reads the input of a call in the same way.
 * @throws RuntimeError USAGE, INVALID_INPUT for JSON that is no object.
 */
export async function readInput(given: string, io: Io): Promise<CallInput> {
  return asInput(await readJson(given, io));
}

/** @throws RuntimeError USAGE, INVALID_INPUT */
export function parseInput(text: string): CallInput {
  return asInput(parseJson(text, 'The input'));
}

type CallInput = Approval['input'];

function asInput(value: unknown): CallInput {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as CallInput;
  }
  throw new RuntimeError('INVALID_INPUT', 'Expected a JSON object as the input');
}

/** @throws RuntimeError USAGE */
export function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new RuntimeError('USAGE', `${what} is not JSON: ${messageOf(cause)}`, { cause });
  }
}
