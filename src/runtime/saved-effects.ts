/**
 * What a saved session says that it was doing, held against its state and its context: a record
 * has no say in which effects a restart begins, nor in what they are asked.
 */
import { z } from 'zod';
import { canonicalJson, RuntimeError } from '../../kernel/index.ts';
import { effectsIn, sessionMachine, type Envelope } from '../../machines/index.ts';
import { stateDetail } from './summary.ts';

/** As XState keeps them; of one that is over nobody would hear again. */
const savedChildren = z.record(
  z.string(),
  z.object({
    src: z.string(),
    snapshot: z.object({ status: z.literal('active'), input: z.unknown() }),
  }),
);

/** @throws RuntimeError SESSION_NOT_RESTORABLE for effects that its state does not have */
export function assertSavedEffects({ snapshot }: Envelope, session_id: string): void {
  const { value, context } = snapshot;
  const expected = effectsIn(sessionMachine, stateDetail(value), context);
  const saved = savedChildren.safeParse(snapshot['children']);
  const stated = Object.entries(saved.data ?? {}).map(
    ([
      id,
      {
        src,
        snapshot: { input },
      },
    ]) => {
      return { id, src, input };
    },
  );
  if (saved.success && canonicalJson(stated) === canonicalJson(expected)) return;
  const message = `Session ${session_id} was saved with effects that its state does not have`;
  throw new RuntimeError('SESSION_NOT_RESTORABLE', message);
}
