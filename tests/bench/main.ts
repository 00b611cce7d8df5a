/**
 * `npm run bench`: prints one line of JSON for each figure. Flags: `--only <benchmark>`,
 * `--runs <count>` (default 5), `--quick` for a short look.
 */
import { parseArgs } from 'node:util';
import { durableTurns } from './durable-turns.ts';
import { governance } from './governance.ts';
import { kernelOverhead } from './kernel-overhead.ts';
import { toLine, type Benchmark } from './measure.ts';
import { recovery } from './recovery.ts';
import { sandboxedCalls } from './sandboxed-calls.ts';
import { sessionSize } from './session-size.ts';
import { verification } from './verification.ts';

const BENCHMARKS: readonly Benchmark[] = [
  durableTurns,
  sessionSize,
  kernelOverhead,
  governance,
  sandboxedCalls,
  verification,
  recovery,
];

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    runs: { type: 'string' },
    quick: { type: 'boolean', default: false },
  },
});
const runs = Number(values.runs ?? (values.quick ? 1 : 5));
const chosen = BENCHMARKS.filter(({ name }) => name === (values.only ?? name));
if (!Number.isSafeInteger(runs) || runs < 1 || chosen.length === 0) {
  const names = BENCHMARKS.map(({ name }) => name).join(', ');
  console.error(`Expected --runs 1 or more, and --only with one of ${names}`);
  process.exitCode = 1;
} else {
  for (const { measure } of chosen) {
    for await (const figure of measure({ runs, isQuick: values.quick })) {
      console.log(toLine(figure));
    }
  }
}
