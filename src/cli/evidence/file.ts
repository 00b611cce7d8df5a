/** Reads an export back to verify it: nothing but the file is needed, and the public key. */
import { open } from 'node:fs/promises';
import {
  canonicalJson,
  messageOf,
  RuntimeError,
  sha256,
  verifyChain,
  type ChainEnd,
  type EvidenceProblem,
  type Seals,
  type VerifyResult,
} from '../../../kernel/index.ts';
import { alteredContentAt } from '../../runtime/contents.ts';
import type { VerifyOptions } from '../../runtime/verify-session.ts';
import { parseJson } from '../json.ts';
import { exportLine, type ExportLine } from './lines.ts';

/**
 * Verifies what a file holds: the chain, and that every content is the one that was written.
 * @throws RuntimeError USAGE for a file that cannot be read or is no export
 */
export async function verifyFile(path: string, options: VerifyOptions): Promise<VerifyResult> {
  const lines = readLines(path);
  let line = await lines.next();
  if (line.done || line.value.type !== 'head') {
    throw new RuntimeError('USAGE', `${path} does not begin with the head of a session`);
  }
  const { session_id, seq, hash } = line.value;
  let seals: Seals = options;
  // The seals come first, each once.
  for (line = await lines.next(); !line.done; line = await lines.next()) {
    const { type } = line.value;
    if ((type !== 'signature' && type !== 'tombstone') || seals[type] !== undefined) break;
    seals = { ...seals, [type]: textOf(line.value) };
  }
  const rest = line.done ? [] : behind(line.value, lines);
  return verifyLines(session_id, { seq, hash }, rest, seals);
}

async function verifyLines(
  session_id: string,
  head: ChainEnd,
  lines: AsyncIterable<ExportLine> | Iterable<ExportLine>,
  seals: Seals,
): Promise<VerifyResult> {
  let last_seq = -1;
  let altered: EvidenceProblem | undefined;
  async function* entries(): AsyncIterable<string> {
    for await (const line of lines) {
      if (line.type === 'content') {
        if (sha256(line.text) !== line.hash) altered ??= alteredContentAt(last_seq, line.hash);
      } else {
        if (line.type === 'entry') last_seq = Number(line.entry['seq']);
        yield textOf(line);
      }
    }
  }
  const result = await verifyChain(session_id, entries(), head, seals);
  return result.ok && altered ? { ...result, ok: false, problem: altered } : result;
}

/** The text that was hashed or signed; of a line that stands in a wrong place, one that was not. */
function textOf(line: ExportLine): string {
  switch (line.type) {
    case 'entry':
      return canonicalText(line.entry);
    case 'signature':
      return canonicalText(line.signature);
    case 'tombstone':
      return canonicalText(line.tombstone);
    case 'head':
    case 'content':
      return canonicalText(line);
  }
}

function canonicalText(value: unknown): string {
  try {
    return canonicalJson(value);
  } catch {
    // Half a character, say: nothing that was ever hashed.
    return '';
  }
}

async function* behind(
  first: ExportLine,
  rest: AsyncIterable<ExportLine>,
): AsyncIterable<ExportLine> {
  yield first;
  yield* rest;
}

async function* readLines(path: string): AsyncGenerator<ExportLine, void, undefined> {
  const file = await open(path).catch((cause: unknown) => {
    throw new RuntimeError('USAGE', `Cannot read ${path}: ${messageOf(cause)}`, { cause });
  });
  try {
    let number = 0;
    for await (const text of file.readLines()) {
      number += 1;
      const what = `Line ${number} of ${path}`;
      const line = exportLine.safeParse(parseJson(text, what));
      if (!line.success) throw new RuntimeError('USAGE', `${what} is not a line of an export`);
      yield line.data;
    }
  } finally {
    await file.close();
  }
}
