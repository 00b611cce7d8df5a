/** Calls that an earlier process left open and that nobody will ask for again: their last entry. */
import type { SessionJournal } from './journal.ts';

/** Calls of hosts have no place in a session's machine: it never asks for them again. */
export function isHostCall(effect_id: string): boolean {
  return effect_id.includes('/call/');
}

/** Stages that nobody knows what became of the open calls that are among these. */
export function closeAbandoned(
  journal: SessionJournal,
  who: { readonly run_id: string; readonly task_id: string },
  isAmong: (effect_id: string) => boolean = () => true,
): void {
  for (const effect of journal.openEffects()) {
    const { effect_id, receipt_id, attempt, restart, tool_name } = effect;
    if (!isAmong(effect_id)) continue;
    journal.stage({
      kind: 'tool_call_crashed',
      ...{ effect_id, receipt_id, attempt, restart, tool_name },
      run_id: who.run_id,
      task_id: who.task_id,
      result: 'crashed',
      duration_ms: 0,
      error: { code: 'EFFECT_IN_DOUBT', message: 'The process ended before the call answered' },
    });
  }
}
