/** The history of a session as the earlier system tells it, read from evidence. */
import {
  toolCallId,
  type EvidenceEntry,
  type ToolOutput,
  type TurnOutput,
} from '../../kernel/index.ts';
import { z } from 'zod';
import { decode, parseJson } from '../runtime/codec.ts';
import type { Evidence } from '../runtime/evidence.ts';
import type { HistoryCall, HistoryEntry } from './contract.ts';
import { agentSessionState } from './state-schema.ts';

interface Turn {
  readonly turn_index: number;
  readonly turn_output: TurnOutput;
  readonly calls: Map<string, ToolOutput>;
}

const importedRecords = z.object({
  continuations: agentSessionState.shape.continuations,
  history: z.array(z.custom<HistoryEntry>()),
});

/** What a session brought along from the earlier system; nothing for one that began here. */
export async function readImported(
  evidence: Evidence,
  entry: EvidenceEntry,
): Promise<z.infer<typeof importedRecords>> {
  const isFirst = entry.kind === 'session_started' || entry.kind === 'workflow_started';
  const hash = isFirst ? entry.details?.['imported'] : undefined;
  const text = typeof hash === 'string' ? await evidence.content(hash) : undefined;
  if (text === undefined) return { continuations: [], history: [] };
  return decode(importedRecords, text, `blob ${String(hash)}`);
}

/** Every finished turn with its calls, in order. */
export async function readHistory(evidence: Evidence, session_id: string): Promise<HistoryEntry[]> {
  const turns: Turn[] = [];
  const imported: HistoryEntry[] = [];
  for await (const entry of evidence.read(session_id)) {
    imported.push(...(await readImported(evidence, entry)).history);
    const closed = closedEffect(entry, session_id);
    if (!closed) continue;
    const output = closed.output ?? (await readOutput(evidence, closed.output_hash));
    if (!output) continue;
    if (closed.effect === 'turn' && output.success) {
      const turn_output = output.data as TurnOutput;
      turns.push({ turn_index: closed.index, turn_output, calls: new Map() });
    }
    if (closed.effect === 'tool') turns.at(-1)?.calls.set(toolCallId(closed.index), output);
  }
  return [...imported, ...turns.map(tell)];
}

interface ClosedEffect {
  readonly effect: 'turn' | 'tool';
  readonly index: number;
  readonly output?: ToolOutput;
  readonly output_hash?: string | undefined;
}

function closedEffect(entry: EvidenceEntry, session_id: string): ClosedEffect | undefined {
  if (!('effect_id' in entry)) return undefined;
  const [, effect, index] =
    entry.effect_id.slice(session_id.length).match(/^\/(turn|tool)\/(\d+)$/) ?? [];
  if (effect !== 'turn' && effect !== 'tool') return undefined;
  const position = { effect, index: Number(index) } as const;
  switch (entry.kind) {
    case 'tool_call_finished':
    case 'tool_call_denied':
      return { ...position, output_hash: entry.output_hash };
    case 'approval_requested': {
      const { request_id, tool_name } = entry;
      const message = `${tool_name} requires approval: ${request_id}`;
      const details = { request_id, tool_name };
      const output = { success: false, error: { code: 'APPROVAL_REQUIRED', message, details } };
      return { ...position, output };
    }
    default:
      return undefined;
  }
}

/** The output behind a closing entry. */
export async function readOutput(
  evidence: Evidence,
  output_hash: string | undefined,
): Promise<ToolOutput | undefined> {
  const text = output_hash === undefined ? undefined : await evidence.content(output_hash);
  return text === undefined ? undefined : (parseJson(text, `blob ${output_hash}`) as ToolOutput);
}

function tell({ turn_index, turn_output, calls }: Turn): HistoryEntry {
  const told: HistoryCall[] = [...calls].map(([tool_call_id, tool_output]) => ({
    tool_call_id,
    tool_output,
  }));
  const [first] = told;
  return {
    turn_index,
    turn_output,
    ...first,
    ...(told.length > 1 && { tool_calls: told }),
  };
}
