/** Everything that must hold of any history, whoever made it and however often it crashed. */
import type { History } from '../history.ts';
import { checkAllowed } from './allowed.ts';
import { checkApprovals } from './approvals.ts';
import { checkChain } from './chain.ts';
import type { Checker, Comparison } from './checker.ts';
import { checkEnds } from './ends.ts';
import { checkExtension } from './extension.ts';
import { checkLimits } from './limits.ts';
import { checkOver } from './over.ts';
import { checkRefusals } from './refusals.ts';
import { checkReplayed } from './replayed.ts';
import { checkRestored } from './restored.ts';
import { checkSeparate } from './separate.ts';
import { checkWakeups } from './wakeups.ts';

/** What must hold of what is on disk. */
export const CHECKERS = {
  allowed: checkAllowed,
  ends: checkEnds,
  refusals: checkRefusals,
  approvals: checkApprovals,
  limits: checkLimits,
  chain: checkChain,
  wakeups: checkWakeups,
  over: checkOver,
  separate: checkSeparate,
  replayed: checkReplayed,
} as const satisfies Readonly<Record<string, Checker>>;

/** What must hold between two instants of one store. */
export const COMPARISONS = {
  extension: checkExtension,
  restored: checkRestored,
} as const satisfies Readonly<Record<string, Comparison>>;

/** Everything that is wrong with a history, each with the name of the checker that says so. */
export async function violationsOf(history: History): Promise<readonly string[]> {
  const found = await Promise.all(
    Object.entries(CHECKERS).map(async ([name, check]) =>
      (await check(history)).map((problem) => `${name}: ${problem}`),
    ),
  );
  return found.flat();
}

/** Everything that is wrong with how a store came from one instant to a later one. */
export function changesBetween(before: History, after: History): readonly string[] {
  return Object.entries(COMPARISONS).flatMap(([name, compare]) =>
    compare(before, after).map((problem) => `${name}: ${problem}`),
  );
}
