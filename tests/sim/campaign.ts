/**
 * `node tests/sim/campaign.ts --seed N --runs M`: plays M worlds from seed N on, and prints each
 * that somebody objects to, with its trace. A seed that fails is printed, and fails again.
 */
import { parseArgs } from 'node:util';
import { simulate } from './simulate.ts';

const tell = (value: object): void => void process.stdout.write(`${JSON.stringify(value)}\n`);
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    runs: { type: 'string', default: '1000' },
  },
});

const first = Number(values.seed);
const runs = Number(values.runs);
let failed = 0;
for (let seed = first; seed < first + runs; seed += 1) {
  const played = await simulate(seed);
  if (played.violations.length === 0) continue;
  failed += 1;
  tell(played);
}
// The lives that ended in a crash still wait for their disk, and would keep this process for ever.
process.stdout.write(`${JSON.stringify({ runs, failed })}\n`, () => {
  process.exit(failed > 0 ? 1 : 0);
});
