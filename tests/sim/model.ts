/** The simulated model: what it says follows from the seed and the turn, however often asked. */
import type { ModelAdapter } from 'troupe/kernel';
import { scriptedModel, type ScriptedLine } from 'troupe/testing';
import { diceOf, type Dice } from './dice.ts';

const FAILURE = { fail: { code: 'PROVIDER_TIMEOUT', message: 'no answer' } };
const usage = { input_tokens: 10, output_tokens: 10 };

/** Makes the model of a seed; `tool_names` are those that it knows of. */
export function simulatedModel(seed: number, tool_names: readonly string[]): ModelAdapter {
  const failed = new Set<string>();
  return scriptedModel(({ idempotency_key }) => {
    const dice = diceOf(seed, idempotency_key);
    // A provider that fails is a passing thing: the turn that is tried again gets its answer.
    if (dice.chance(6) && !failed.has(idempotency_key)) {
      failed.add(idempotency_key);
      return FAILURE;
    }
    return { ...line(dice, idempotency_key, tool_names), usage };
  });
}

function line(dice: Dice, turn: string, tool_names: readonly string[]): ScriptedLine {
  const call = (index: number) => ({
    tool: dice.pick(tool_names),
    input: { text: `note ${index} of ${turn}` },
  });
  return dice.weighted<() => ScriptedLine>([
    [6, () => call(0)],
    [3, () => ({ tools: [call(0), call(1), call(2)] })],
    [2, () => ({ reply: 'Which?' })],
    [1, () => ({ complete: 'Done.' })],
    [1, () => ({ escalate: 'Help.' })],
  ])();
}
