/** Verifies one session, or every one of the store. */
import { describeError, type VerifyResult } from '../../kernel/index.ts';
import type { Evidence } from '../runtime/evidence.ts';
import { notFound } from '../runtime/summary.ts';
import type { Report } from './context.ts';
import { verifyText } from './render/evidence.ts';
import type { Style } from './render/style.ts';

/** @throws RuntimeError SESSION_NOT_FOUND for a named session without evidence. */
export async function verifyEvidence(
  evidence: Evidence,
  session_id: string | undefined,
  style: Style,
): Promise<Report> {
  const sessions: VerifyResult[] = [];
  if (session_id !== undefined) sessions.push(await verifyOne(evidence, session_id));
  else for await (const id of evidence.sessions()) sessions.push(await evidence.verify(id));
  const ok = sessions.every((result) => result.ok);
  return {
    value: { ok, sessions },
    text: verifyText(sessions, style),
    exit: ok ? 0 : describeError('EVIDENCE_INVALID').exit,
  };
}

/** An empty chain is whole, but somebody who names a session means one that is there. */
async function verifyOne(evidence: Evidence, session_id: string): Promise<VerifyResult> {
  const result = await evidence.verify(session_id);
  if (result.ok && result.entries === 0) throw notFound(session_id);
  return result;
}
