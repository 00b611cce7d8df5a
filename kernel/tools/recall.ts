/**
 * What is to be done with an effect that the log may already know: the table of the durability
 * rule. Position-derived ids make it possible to ask.
 */
import type { ToolOutput } from '../contract/index.ts';
import { invariant } from '../assert.ts';
import type { EffectRecord, Journal } from '../ports.ts';
import { failure, type Call } from './call.ts';
import { stageClosing, type Closing } from './stage.ts';

export type Recollection =
  /** Run it, as this many-th start of the attempt. */
  | { readonly kind: 'fresh'; readonly restart: number }
  | { readonly kind: 'recorded'; readonly output: ToolOutput; readonly duration_ms: number }
  | { readonly kind: 'in_doubt'; readonly message: string };

/** Asks the log about an effect, and closes what a crash left open. */
export async function recall(
  call: Call,
  journal: Journal,
  alongside: (output: ToolOutput) => void,
): Promise<Recollection> {
  const record = journal.effect(call.effect_id);
  if (!record || !isAnswered(record, call)) return { kind: 'fresh', restart: 0 };
  switch (record.status) {
    case 'finished':
    case 'denied':
      return recorded(record, journal);
    case 'crashed':
      return inDoubt(call);
    case 'started':
      return afterCrash(call, record, journal, alongside);
  }
}

/**
 * Whether the log has the last word on a call: it was tried this often, or succeeded before. A try
 * that a limit cut off may have succeeded behind it, and an operator's retry then finds its result.
 */
export function isAnswered(record: EffectRecord, asked: { readonly attempt: number }): boolean {
  return record.attempt >= asked.attempt || record.has_succeeded;
}

async function recorded(record: EffectRecord, journal: Journal): Promise<Recollection> {
  invariant(record.output_hash, `the closing entry of ${record.effect_id} must name its output`);
  const output = (await journal.readBlob(record.output_hash)) as ToolOutput;
  return { kind: 'recorded', output, duration_ms: record.duration_ms };
}

const inDoubt = (call: Call): Recollection => ({
  kind: 'in_doubt',
  message: `${call.tool.name} was started and never finished; whether it happened is not known`,
});

async function afterCrash(
  call: Call,
  record: EffectRecord,
  journal: Journal,
  alongside: (output: ToolOutput) => void,
): Promise<Recollection> {
  const { tool } = call;
  const close = (closing: Omit<Closing, 'record' | 'context' | 'duration_ms'>): void => {
    stageClosing(journal, { record, context: call.context, duration_ms: 0, ...closing });
  };
  if (tool.recovery === 'probe' && tool.probe) {
    const answer = await tool.probe(call.effect_id, call.input);
    if (answer.happened) {
      close({ kind: 'tool_call_finished', output: answer.output });
      alongside(answer.output);
      return { kind: 'recorded', output: answer.output, duration_ms: 0 };
    }
  }
  const message = `${tool.name} was interrupted before it answered`;
  close({ kind: 'tool_call_crashed', output: failure('EFFECT_IN_DOUBT', message) });
  return tool.recovery === 'manual'
    ? inDoubt(call)
    : { kind: 'fresh', restart: record.restart + 1 };
}
