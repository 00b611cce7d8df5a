/** What a session's machine hears of a turn: numbers and a status, never its text. */
import { requestedTools, type TurnOutput, type ToolOutput } from '../../kernel/index.ts';
import type { ProfilePrices } from '../../config/index.ts';
import type { TurnResult } from '../../machines/index.ts';

/** Brings the output of a turn down to what the machine needs. */
export function turnResult(
  output: ToolOutput,
  duration_ms: number,
  prices: ProfilePrices | undefined,
): TurnResult {
  if (!output.success) {
    const { code = 'TOOL_EXECUTION_FAILED', message = 'The turn failed' } = output.error ?? {};
    return { kind: 'failed', code, message, duration_ms };
  }
  const turn = output.data as TurnOutput;
  const input_tokens = turn.usage?.input_tokens ?? 0;
  const output_tokens = turn.usage?.output_tokens ?? 0;
  return {
    kind: 'finished',
    status: turn.status,
    call_count: requestedTools(turn).length,
    input_tokens,
    output_tokens,
    cost_microusd: cost(input_tokens, output_tokens, prices),
    duration_ms,
  };
}

function cost(input: number, output: number, prices: ProfilePrices | undefined): number {
  if (!prices) return 0;
  const { input_microusd_per_mtok, output_microusd_per_mtok } = prices;
  return Math.ceil((input * input_microusd_per_mtok + output * output_microusd_per_mtok) / 1e6);
}
