/** Which declared transitions no path takes. */
import type { AnyTransitionDefinition } from 'xstate';
import { rowOf, toTable, type TransitionRow } from '../../../machines/describe.ts';
import type { SessionMachine, Walk } from './explore.ts';

const written = (row: TransitionRow): string => JSON.stringify(row);

/** Lists the declared transitions of a machine that none of the walks took. */
export function untaken(machine: SessionMachine, walks: readonly Walk[]): readonly TransitionRow[] {
  const passed = walks.flatMap(({ taken }): AnyTransitionDefinition[] => [...taken]);
  const rows = new Set(passed.map((transition) => written(rowOf(transition))));
  return toTable(machine).filter((row) => !rows.has(written(row)));
}
