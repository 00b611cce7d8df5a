/** Whatever somebody writes into evidence that still parses: a replay tells, and never breaks. */
import { beforeAll, expect, test } from 'vitest';
import { isRuntimeError, replaySession } from 'troupe';
import { evidenceEntry, type EvidenceEntry } from 'troupe/kernel';
import type { RecordedSession } from '../../src/runtime/replay/contract.ts';
import { diceOf, type Dice } from '../sim/dice.ts';
import { recordedSession } from './recorded.ts';

const SEEDS = Array.from({ length: 300 }, (_, index) => index + 1);

let sound: RecordedSession;

beforeAll(async () => {
  sound = await recordedSession();
});

/** The entries with one entry moved, dropped, doubled, or with a field of another entry. */
function bend(dice: Dice, entries: readonly EvidenceEntry[]): readonly EvidenceEntry[] {
  const at = dice.between(0, entries.length - 1);
  const other = entries[dice.between(0, entries.length - 1)];
  const target = entries[at];
  if (!target || !other) return entries;
  const field = dice.pick(Object.keys({ ...target, ...other }));
  const value = other[field as keyof EvidenceEntry];
  const { [field as 'seq']: _, ...without } = target;
  return dice.weighted<() => readonly EvidenceEntry[]>([
    [1, () => entries.toSpliced(at, 1)],
    [1, () => entries.toSpliced(at, 0, other)],
    [1, () => entries.toSpliced(at, 1, other)],
    [3, () => entries.toSpliced(at, 1, { ...target, [field]: value } as EvidenceEntry)],
    [1, () => entries.toSpliced(at, 1, without as EvidenceEntry)],
  ])();
}

function outcomeOf(recorded: RecordedSession): string {
  try {
    const result = replaySession(recorded);
    return result.ok ? 'ok' : 'differs';
  } catch (error) {
    return isRuntimeError(error) ? error.code : String(error);
  }
}

test('evidence that was bent anywhere', () => {
  const outcomes = SEEDS.flatMap((seed) => {
    const entries = bend(diceOf(seed, 'evidence'), sound.entries);
    const isEvidence = entries.every((entry) => evidenceEntry.safeParse(entry).success);
    return isEvidence ? [outcomeOf({ ...sound, entries })] : [];
  });
  expect(new Set(outcomes)).toEqual(new Set(['ok', 'differs', 'REPLAY_NOT_POSSIBLE']));
  expect(outcomes.filter((outcome) => outcome === 'differs').length).toBeGreaterThan(100);
});
