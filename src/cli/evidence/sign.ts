/** Signs sessions that stand unsigned, with the key of the workspace. */
import { invariant, type VerifyResult } from '../../../kernel/index.ts';
import { internalsOf } from '../../runtime/runtime.ts';
import { signChain } from '../../runtime/sign-chain.ts';
import type { CommandContext, Report } from '../context.ts';
import { verifyText } from '../render/evidence.ts';
import { requireKey } from './key.ts';

/**
 * Signs one session, or every one of the store.
 * @throws RuntimeError USAGE without a key, and as `signChain` does: those before it are signed
 */
export async function signEvidence(
  context: CommandContext,
  session_id: string | undefined,
): Promise<Report> {
  const { signer } = await requireKey(context);
  return context.withRecords(async (runtime) => {
    const parts = internalsOf(runtime);
    invariant(parts, 'the runtime of a command is one of ours');
    const { store, clock } = parts.held.host;
    const ids = session_id === undefined ? runtime.evidence.sessions() : [session_id];
    const sessions: VerifyResult[] = [];
    for await (const id of ids) sessions.push(await signChain({ store, clock, signer }, id));
    return { value: { sessions }, text: verifyText(sessions, context.style) };
  });
}
