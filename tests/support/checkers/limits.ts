/** I11: no limit is exceeded, whatever was restarted in between. */
import { TURN_TOOL, type EvidenceEntry, type LimitName, type Usage } from 'troupe/kernel';
import type { History } from '../history.ts';
import { perSession } from './checker.ts';

/** What a session has used before one more turn or call begins. */
interface Spent {
  readonly turns: ReadonlySet<string>;
  readonly calls: ReadonlySet<string>;
  readonly tokens: number;
  readonly busy_ms: number;
}

const NOTHING: Spent = { turns: new Set(), calls: new Set(), tokens: 0, busy_ms: 0 };

export const checkLimits = perSession(({ entries, limits }, history) => {
  const problems: string[] = [];
  let spent = NOTHING;
  for (const entry of entries) {
    const next = spend(spent, entry, history);
    const begins = next.turns.size > spent.turns.size || next.calls.size > spent.calls.size;
    for (const [name, value] of begins ? measured(spent, next) : []) {
      const max = limits[name];
      if (max === undefined || value <= max) continue;
      problems.push(`entry ${entry.seq} goes over ${name}: ${value} of ${max}`);
    }
    spent = next;
  }
  return problems;
});

/** Turns and calls count when they begin; what they cost has to be below the limit by then. */
function measured(spent: Spent, next: Spent): readonly (readonly [LimitName, number])[] {
  return [
    ['max_turns_per_session', next.turns.size],
    ['max_tool_calls_per_session', next.calls.size],
    ['max_tokens_per_session', spent.tokens + 1],
    ['max_wall_ms_per_session', spent.busy_ms + 1],
  ];
}

function spend(spent: Spent, entry: EvidenceEntry, { contents }: History): Spent {
  switch (entry.kind) {
    case 'tool_call_started':
    case 'tool_call_denied':
      return entry.tool_name === TURN_TOOL
        ? { ...spent, turns: new Set([...spent.turns, entry.effect_id]) }
        : { ...spent, calls: new Set([...spent.calls, entry.effect_id]) };
    case 'tool_call_finished':
      return {
        ...spent,
        tokens: spent.tokens + tokensIn(contents.get(entry.output_hash ?? '')),
        busy_ms: spent.busy_ms + entry.duration_ms,
      };
    default:
      return spent;
  }
}

function tokensIn(output: unknown): number {
  const { data } = output as { readonly data?: { readonly usage?: Usage } };
  const { input_tokens = 0, output_tokens = 0 } = data?.usage ?? {};
  return input_tokens + output_tokens;
}
