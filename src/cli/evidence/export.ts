/**
 * All evidence of a session as JSON lines: what seals the chain, each entry, and behind it the
 * contents that it names by hash, once each, as the canonical text that the hash is of.
 */
import { createWriteStream } from 'node:fs';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { messageOf, RuntimeError } from '../../../kernel/index.ts';
import { contentHashes } from '../../runtime/contents.ts';
import type { Evidence } from '../../runtime/evidence.ts';
import type { CommandContext } from '../context.ts';
import { parseJson } from '../json.ts';
import { printableLine } from '../printable.ts';
import { lineOf } from './lines.ts';

/** What to export; without a file it goes to standard output. */
export interface ExportOrder {
  readonly session_id: string;
  readonly file: string | undefined;
}

/** @throws RuntimeError SESSION_NOT_FOUND, USAGE for a file that cannot be made. */
export async function exportEvidence(
  context: CommandContext,
  evidence: Evidence,
  { session_id, file }: ExportOrder,
): Promise<void> {
  const { io } = context;
  if (file === undefined) {
    for await (const line of linesOf(evidence, session_id)) io.out(line);
    return;
  }
  const path = resolve(io.folder, file);
  await writeNew(path, linesOf(evidence, session_id));
  const value = { session_id, file: path };
  context.report({ value, text: `Wrote ${printableLine(path)}` });
}

async function writeNew(path: string, lines: AsyncIterable<string>): Promise<void> {
  try {
    await pipeline(Readable.from(lines), createWriteStream(path, { flags: 'wx' }));
  } catch (cause) {
    if (!(cause instanceof Error && 'syscall' in cause)) throw cause;
    throw new RuntimeError('USAGE', `Cannot write ${path}: ${messageOf(cause)}`, { cause });
  }
}

async function* linesOf(evidence: Evidence, session_id: string): AsyncIterable<string> {
  yield* sealLines(evidence, session_id);
  const written = new Set<string>();
  for await (const entry of evidence.read(session_id)) {
    yield lineOf({ type: 'entry', entry });
    for (const hash of contentHashes(entry)) {
      if (written.has(hash)) continue;
      written.add(hash);
      const text = await evidence.content(hash);
      if (text !== undefined) yield lineOf({ type: 'content', hash, text });
    }
  }
}

async function* sealLines(evidence: Evidence, session_id: string): AsyncIterable<string> {
  const { head, signature, tombstone } = await evidence.seals(session_id);
  if (head.seq < 0) return;
  const { seq, hash } = head;
  yield lineOf({ type: 'head', session_id, seq, hash });
  if (signature !== undefined) yield lineOf({ type: 'signature', signature: sealOf(signature) });
  if (tombstone !== undefined) yield lineOf({ type: 'tombstone', tombstone: sealOf(tombstone) });
}

const sealOf = (text: string): Record<string, unknown> =>
  parseJson(text, 'What seals the chain') as Record<string, unknown>;
