/**
 * All evidence of a session as JSON lines: what seals the chain, each entry, and behind it the
 * contents that it names by hash, once each, as the canonical text that the hash is of.
 */
import { createWriteStream } from 'node:fs';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { messageOf, RuntimeError, type EvidenceEntry } from '../../../kernel/index.ts';
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
  const { head, signature } = await evidence.seals(session_id);
  if (head.seq < 0) return;
  yield lineOf({ type: 'head', session_id, ...head });
  if (signature === undefined) return;
  const record = parseJson(signature, `The signature of ${session_id}`);
  yield lineOf({ type: 'signature', signature: record as Record<string, unknown> });
}

/** Names of the members that hold the hash of a content, which the store has as a blob. */
const CONTENT_MEMBERS = [
  'input_hash',
  'output_hash',
  'snapshot_hash',
  'content_hash',
  'edited_input_hash',
];

function contentHashes(entry: EvidenceEntry): readonly string[] {
  return Object.entries(entry).flatMap(([name, hash]) =>
    CONTENT_MEMBERS.includes(name) && typeof hash === 'string' ? [hash] : [],
  );
}
