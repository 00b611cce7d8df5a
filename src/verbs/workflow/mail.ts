/** Messages for nodes that have not started: they stand in the workflow's chain until they do. */
import { z } from 'zod';
import { message, type Message } from '../../../kernel/index.ts';
import { decode } from '../../runtime/codec.ts';
import type { StoreHost } from '../../runtime/store-host.ts';
import type { WorkflowRecord } from './definition.ts';

/** Messages by the node that is to read them. */
export type NodeMessages = ReadonlyMap<string, readonly Message[]>;

const letters = z.array(z.tuple([z.string(), z.array(message)]));

/** Appends that the workflow went on, with what the host tells its nodes. */
export function recordResumed(
  { journals }: StoreHost,
  { session_id, run_id, task_id }: WorkflowRecord,
  messages: NodeMessages,
): Promise<void> {
  return journals.using(session_id, async (journal) => {
    const told = messages.size > 0 && { messages: journal.stageBlob([...messages]) };
    const details = { kind: 'resumed', ...told };
    journal.stage({ kind: 'workflow_continued', run_id, task_id, details });
    await journal.commit();
  });
}

/** Everything that a node was told before it started, in order. */
export async function readMail(
  { evidence }: StoreHost,
  session_id: string,
  node_id: string,
): Promise<Message[]> {
  const found: Message[] = [];
  for await (const entry of evidence.read(session_id)) {
    const hash = entry.kind === 'workflow_continued' ? entry.details?.['messages'] : undefined;
    const text = typeof hash === 'string' ? await evidence.content(hash) : undefined;
    if (text === undefined) continue;
    for (const [to, messages] of decode(letters, text, `blob ${String(hash)}`)) {
      if (to === node_id) found.push(...messages);
    }
  }
  return found;
}
