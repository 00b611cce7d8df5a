/** What a turn costs by the prices of its profile: said in its output, once, when it is taken. */
import type { ToolOutput, TurnOutput } from '../../kernel/index.ts';
import type { ProfilePrices } from '../../config/index.ts';

/** Adds its cost to the output of a turn; without prices or tokens it stays as it is. */
export function priced(output: ToolOutput, prices: ProfilePrices | undefined): ToolOutput {
  const turn = output.data as TurnOutput | undefined;
  if (!output.success || !prices || !turn?.usage) return output;
  const { input_tokens = 0, output_tokens = 0 } = turn.usage;
  const { input_microusd_per_mtok, output_microusd_per_mtok } = prices;
  const cost_microusd = Math.ceil(
    (input_tokens * input_microusd_per_mtok + output_tokens * output_microusd_per_mtok) / 1e6,
  );
  return { ...output, data: { ...turn, usage: { ...turn.usage, cost_microusd } } };
}
