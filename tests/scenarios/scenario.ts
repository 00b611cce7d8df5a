/**
 * Plays a scenario live, and again with a restart behind every event and every effect: both have
 * to leave the same records, and whatever was left has to pass the checkers.
 */
import { describe, expect, test } from 'vitest';
import { changesBetween, violationsOf } from '../support/checkers/index.ts';
import type { History } from '../support/history.ts';
import { keepInMemory, keepOnDisk, type StoreKeeper } from '../support/stores.ts';
import { accountOf, numbered } from './account.ts';
import { ScenarioDesk } from './scenario-desk.ts';

interface Mode {
  readonly mode: string;
  readonly isRestarting: boolean;
  readonly keep: () => StoreKeeper;
}

const LIVE: Mode = { mode: 'live', isRestarting: false, keep: keepInMemory };
const MODES: readonly Mode[] = [
  LIVE,
  { mode: 'restart_every_step', isRestarting: true, keep: keepInMemory },
  { mode: 'restart_every_step on disk', isRestarting: true, keep: keepOnDisk },
];

type Play = (desk: ScenarioDesk) => Promise<void>;

/**
 * Tests a scenario in every mode; it opens the desk and leaves the rest to its end. `objections`
 * are what the checkers say today of a defect that is known.
 */
export function scenario(title: string, play: Play, objections: readonly string[] = []): void {
  describe.each(MODES)('$mode', (mode) => {
    test(title, async () => {
      const account = await played(play, mode, objections);
      if (mode.isRestarting) expect(account).toEqual(await played(play, LIVE, objections));
    });
  });
}

async function played(
  play: Play,
  { isRestarting, keep }: Mode,
  objections: readonly string[],
): Promise<unknown> {
  const keeper = keep();
  const desk = new ScenarioDesk(keeper, { isRestarting, onRestarted: expectUnchanged });
  try {
    await play(desk);
    const history = await desk.end();
    expect(numbered(await violationsOf(history))).toEqual(objections);
    return accountOf(history);
  } finally {
    await keeper.remove();
  }
}

const expectUnchanged = (before: History, after: History): void =>
  expect(changesBetween(before, after)).toEqual([]);
