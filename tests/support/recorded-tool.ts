/** A tool that tells the world of each of its runs, beside what it does. */
import type { ToolCapability, ToolRun } from 'troupe/kernel';
import type { Effect } from './history.ts';

/** The same tool, whose runs are written to `effects` at the moment they begin. */
export function recordedTool(tool: ToolCapability, effects: Effect[]): ToolCapability {
  const { handler } = tool;
  if (handler.kind !== 'in-process') throw new Error(`${tool.name} runs outside: nobody sees it`);
  const run = handler.fn as (input: unknown, run: ToolRun) => unknown;
  const fn = (input: unknown, asked: ToolRun): unknown => {
    const { session_id, idempotency_key, receipt_id, tool_name } = asked;
    effects.push({ session_id, effect_id: idempotency_key, receipt_id, tool_name, input });
    return run(input, asked);
  };
  return { ...tool, handler: { kind: 'in-process', fn } };
}
