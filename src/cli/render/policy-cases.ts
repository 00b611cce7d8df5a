/** Tables of expected decisions, with what came of each call. */
import type { TestedFile } from '../test-policy.ts';
import { printableLine } from '../printable.ts';
import type { Style } from './style.ts';
import { table } from './table.ts';

/** One row a case, and below those that failed what is different. */
export function caseTable(tested: readonly TestedFile[], style: Style): string {
  const results = tested.flatMap((file) => file.results);
  const rows = results.map(({ ok, name, expected, came, policy_ids }) => [
    ok ? 'pass' : 'FAIL',
    name,
    expected,
    came ?? 'nothing',
    policy_ids.join(', '),
  ]);
  const failed = results.filter(({ ok }) => !ok);
  const differences = failed.flatMap(({ name, differences: each }) => [
    printableLine(name),
    ...each.map((difference) => `  ${printableLine(difference)}`),
  ]);
  const passed = `${results.length - failed.length} of ${results.length} as expected`;
  return [
    table(['', 'case', 'expected', 'came', 'by'], rows, style),
    ...differences,
    failed.length === 0 ? style.good(passed) : style.bad(passed),
  ].join('\n');
}
