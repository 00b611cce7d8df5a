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
  type VerifyResult,
} from '../../../kernel/index.ts';
import type { VerifyOptions } from '../../runtime/evidence.ts';
import { parseJson } from '../json.ts';
import { exportLine, type ExportLine } from './lines.ts';

/**
 * Verifies what a file holds: the chain, and that every content is the one that was written.
 * @throws RuntimeError USAGE for a file that cannot be read or is no export
 */
export async function verifyFile(path: string, options: VerifyOptions): Promise<VerifyResult> {
  const lines = readLines(path);
  const first = await lines.next();
  if (first.done || first.value.type !== 'head') {
    throw new RuntimeError('USAGE', `${path} does not begin with the head of a session`);
  }
  const { session_id, seq, hash } = first.value;
  const second = await lines.next();
  const isSigned = !second.done && second.value.type === 'signature';
  const signature = isSigned ? textOf(second.value) : undefined;
  const begun = isSigned ? lines : behind(second, lines);
  return verifyLines(session_id, { seq, hash }, begun, { ...options, signature });
}

async function verifyLines(
  session_id: string,
  head: ChainEnd,
  lines: AsyncIterable<ExportLine>,
  seals: VerifyOptions & { readonly signature: string | undefined },
): Promise<VerifyResult> {
  let count = 0;
  let altered: EvidenceProblem | undefined;
  async function* entries(): AsyncIterable<string> {
    for await (const line of lines) {
      if (line.type === 'content') {
        if (sha256(line.text) !== line.hash) altered ??= contentProblem(count - 1, line.hash);
      } else {
        count += 1;
        yield textOf(line);
      }
    }
  }
  const result = await verifyChain(session_id, entries(), head, seals);
  return result.ok && altered ? { ...result, ok: false, problem: altered } : result;
}

function contentProblem(seq: number, hash: string): EvidenceProblem {
  return { kind: 'altered', seq, message: `entry ${seq} names content ${hash}, which is another` };
}

/** The text that was hashed or signed; of a line that stands in a wrong place, one that was not. */
function textOf(line: ExportLine): string {
  switch (line.type) {
    case 'entry':
      return canonicalJson(line.entry);
    case 'signature':
      return canonicalJson(line.signature);
    case 'head':
    case 'content':
      return canonicalJson(line);
  }
}

async function* behind(
  first: IteratorResult<ExportLine, unknown>,
  rest: AsyncIterable<ExportLine>,
): AsyncIterable<ExportLine> {
  if (first.done) return;
  yield first.value;
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
