/**
 * `npm run crash -- --seed N --kills M`: kills until there were so many kills, and tells what came
 * of it. A seed that fails is printed, and fails again.
 */
import { parseArgs } from 'node:util';
import { countEffects, runUnderKills } from './kill.ts';

const TURNS = 10;
const tell = (value: object): void => void process.stdout.write(`${JSON.stringify(value)}\n`);
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    kills: { type: 'string', default: '100' },
  },
});

let seed = Number(values.seed);
const total = { kills: 0, sessions: 0, in_doubt: 0, repeated: 0, lost: 0, failed: 0 };
while (total.kills < Number(values.kills)) {
  const result = await runUnderKills(seed, TURNS);
  const once = countEffects(result.effects, 'crash:once');
  const repeated = [...once.values()].filter((count) => count > 1).length;
  const isGood = result.last === `over complete ${2 * TURNS} true`;
  total.kills += result.kills;
  total.sessions += 1;
  total.in_doubt += result.in_doubt;
  total.repeated += repeated;
  total.lost += result.lost ? 1 : 0;
  total.failed += isGood ? 0 : 1;
  if (repeated > 0 || result.lost || !isGood) tell({ seed, ...result });
  seed += 1;
}
tell(total);
process.exitCode = total.repeated + total.lost + total.failed > 0 ? 1 : 0;
