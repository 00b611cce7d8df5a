/** What a session's machine hears of a turn: numbers and a status, never its text. */
import { requestedTools, type TurnOutput, type ToolOutput } from '../../kernel/index.ts';
import type { TurnResult } from '../../machines/index.ts';

/** Brings the output of a turn down to what the machine needs. */
export function turnResult(output: ToolOutput, duration_ms: number): TurnResult {
  if (!output.success) {
    const { code = 'TOOL_EXECUTION_FAILED', message = 'The turn failed' } = output.error ?? {};
    return { kind: 'failed', code, message, duration_ms };
  }
  const turn = output.data as TurnOutput;
  const { input_tokens = 0, output_tokens = 0, cost_microusd = 0 } = turn.usage ?? {};
  return {
    kind: 'finished',
    status: turn.status,
    call_count: requestedTools(turn).length,
    input_tokens,
    output_tokens,
    cost_microusd,
    duration_ms,
  };
}
