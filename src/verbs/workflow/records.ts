/** The records of a workflow: its definition, and why it went on, as entries of its own chain. */
import { z } from 'zod';
import { RuntimeError, type EvidenceEntry } from '../../../kernel/index.ts';
import { decode } from '../../runtime/codec.ts';
import type { StoreHost } from '../../runtime/store-host.ts';
import { readImported } from '../history.ts';
import { continuation, type Continuation } from '../state-schema.ts';
import { workflowRecord, type WorkflowRecord } from './definition.ts';

export type WorkflowNews = Pick<Continuation, 'kind' | 'node_id' | 'request_id' | 'reason'>;

const details = z.object(continuation.pick({ kind: true, node_id: true, request_id: true }).shape);

/** The definition of a workflow; undefined where the id is none. */
export async function readWorkflow(
  { store }: StoreHost,
  session_id: string,
): Promise<WorkflowRecord | undefined> {
  const text = await store.get('workflow', [session_id]);
  return text === undefined ? undefined : decode(workflowRecord, text, `workflow ${session_id}`);
}

/** Writes the definition down with the first entry of the chain, and what was told before it. */
export function writeWorkflow(
  { journals }: StoreHost,
  workflow: WorkflowRecord,
  imported?: readonly Continuation[],
): Promise<void> {
  const { session_id, run_id, task_id } = workflow;
  return journals.using(session_id, async (journal) => {
    const brought = imported && journal.stageBlob({ continuations: imported, history: [] });
    const facts = { kind: 'created', ...(brought !== undefined && { imported: brought }) };
    const value = JSON.stringify(workflow);
    journal.stageWrites([{ kind: 'workflow', key: [session_id], value }]);
    journal.stage({ kind: 'workflow_started', run_id, task_id, details: facts });
    await journal.commit();
  });
}

/** Appends why the workflow went on, or why it stopped. */
export function recordNews(
  { journals }: StoreHost,
  { session_id, run_id, task_id }: WorkflowRecord,
  { reason, ...details }: WorkflowNews,
): Promise<void> {
  return journals.using(session_id, async (journal) => {
    const because = reason !== undefined && { reason };
    journal.stage({ kind: 'workflow_continued', run_id, task_id, details, ...because });
    await journal.commit();
  });
}

/** Everything that was told of a workflow, in order. */
export async function readContinuations(
  { evidence }: StoreHost,
  session_id: string,
): Promise<Continuation[]> {
  const found: Continuation[] = [];
  for await (const entry of evidence.read(session_id)) {
    const imported = await readImported(evidence, entry);
    const told = imported.continuations.length > 0 ? imported.continuations : toldBy(entry);
    found.push(...told);
  }
  return found.map((each, sequence) => ({ ...each, sequence }));
}

function toldBy(entry: EvidenceEntry): Continuation[] {
  if (entry.kind !== 'workflow_started' && entry.kind !== 'workflow_continued') return [];
  const { timestamp, reason } = entry;
  const facts = details.safeParse(entry.details);
  if (!facts.success) {
    const place = `Entry ${entry.seq} of workflow ${entry.session_id}`;
    throw new RuntimeError('STORE_CORRUPT', `${place} tells nothing that is known`);
  }
  return [{ sequence: 0, ...facts.data, timestamp, ...(reason !== undefined && { reason }) }];
}
