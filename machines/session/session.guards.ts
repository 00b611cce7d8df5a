/** Predicates of the session machine, over data that is in hand. Total: they never throw. */
import type { LimitName, LimitReached } from '../../kernel/contract/index.ts';
import type { SessionContext } from './session.types.ts';

type Measure = readonly [LimitName, (context: SessionContext) => number];

const SPENT: readonly Measure[] = [
  ['max_tokens_per_session', (context) => context.input_tokens + context.output_tokens],
  ['max_cost_microusd_per_session', (context) => context.cost_microusd],
  ['max_wall_ms_per_session', (context) => context.busy_ms],
];

const MEASURES: Readonly<Record<'next_turn' | 'next_call', readonly Measure[]>> = {
  next_turn: [['max_turns_per_session', (context) => context.turn_count], ...SPENT],
  next_call: [['max_tool_calls_per_session', (context) => context.tool_call_count], ...SPENT],
};

/** The first limit that stands against one more turn or call, or null. */
export function reachedLimit(
  context: SessionContext,
  next: 'next_turn' | 'next_call',
): LimitReached | null {
  for (const [limit, measure] of MEASURES[next]) {
    const max = context.limits[limit];
    const value = measure(context);
    if (max !== undefined && value >= max) return { limit, max, value };
  }
  return null;
}

export const hasMoreCalls = (context: SessionContext): boolean =>
  context.call_in_turn + 1 < context.calls_in_turn;
