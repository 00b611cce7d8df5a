/**
 * Verifies one session, every one of a store, or an export. With a public key that is named, a
 * store is only read: what is verified is a copy.
 */
import { resolve } from 'node:path';
import {
  describeError,
  RuntimeError,
  type ChainEnd,
  type Verifier,
  type VerifyResult,
} from '../../../kernel/index.ts';
import { readPublicKey, readTrustedKeys } from '../../../adapters/index.ts';
import { createEvidence, type Evidence } from '../../runtime/evidence.ts';
import type { VerifyOptions } from '../../runtime/verify-session.ts';
import type { CommandContext, Report } from '../context.ts';
import { knownChain } from '../known-ids.ts';
import { verifyText } from '../render/evidence.ts';
import { verifyFile } from './file.ts';
import { keyFolder } from './key.ts';
import { withStoreCopy } from './store-copy.ts';

/** What to verify, against what. */
export interface VerifyOrder {
  /** Undefined: all of them. */
  readonly session_id: string | undefined;
  /** An export, instead of a store. */
  readonly file: string | undefined;
  /** Files with public keys; empty: those of the workspace. */
  readonly public_keys: readonly string[];
  /** Whether it is the store of the workspace. */
  readonly isOwnStore: boolean;
  /** `<seq>:<hash>` */
  readonly head: string | undefined;
  /** Whether contents are looked at too; those of an export always are. */
  readonly contents: boolean;
}

/** @throws RuntimeError SESSION_NOT_FOUND for a named session without evidence, USAGE, STORE_* */
export async function verifyEvidence(context: CommandContext, order: VerifyOrder): Promise<Report> {
  const expected = order.head === undefined ? undefined : headOf(order.head);
  const trusted = await trustedKeys(context, order);
  const { contents } = order;
  const options = { trusted, contents, ...(expected && { expected }) };
  const sessions = await verifySource(context, order, options);
  const ok = sessions.every((result) => result.ok);
  return {
    value: { ok, sessions },
    text: verifyText(sessions, context.style),
    exit: ok ? 0 : describeError('EVIDENCE_INVALID').exit,
  };
}

async function verifySource(
  context: CommandContext,
  { session_id, file, public_keys }: VerifyOrder,
  options: VerifyOptions,
): Promise<readonly VerifyResult[]> {
  if (file !== undefined) return [await verifyFile(resolve(context.io.folder, file), options)];
  const verify = (evidence: Evidence): Promise<readonly VerifyResult[]> =>
    verifySessions(evidence, session_id, options);
  if (public_keys.length === 0) return context.withRecords(({ evidence }) => verify(evidence));
  const folder = await context.storeFolder();
  return withStoreCopy(folder, (store) => verify(createEvidence(store, () => options.trusted)));
}

async function verifySessions(
  evidence: Evidence,
  session_id: string | undefined,
  options: VerifyOptions,
): Promise<readonly VerifyResult[]> {
  if (session_id !== undefined) {
    return [await evidence.verify(await knownChain(evidence, session_id), options)];
  }
  const results: VerifyResult[] = [];
  for await (const id of evidence.sessions()) results.push(await evidence.verify(id, options));
  return results;
}

/** Of a store or a file from elsewhere only the keys count that were named for it. */
async function trustedKeys(
  context: CommandContext,
  { public_keys, file, isOwnStore }: VerifyOrder,
): Promise<readonly Verifier[]> {
  const { folder } = context.io;
  if (public_keys.length > 0) {
    return Promise.all(public_keys.map((path) => readPublicKey(resolve(folder, path))));
  }
  if (file !== undefined || !isOwnStore) return [];
  return readTrustedKeys(await keyFolder(context));
}

function headOf(text: string): ChainEnd {
  const { seq, hash } = /^(?<seq>\d{1,15}):(?<hash>[0-9a-f]{64})$/.exec(text)?.groups ?? {};
  if (seq !== undefined && hash !== undefined) return { seq: Number(seq), hash };
  throw new RuntimeError('USAGE', `A head is <seq>:<hash>, as verify prints it, not ${text}`);
}
