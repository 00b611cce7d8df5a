/** The decisions that other rules would change, and what could not be judged. */
import type { PastDecision } from '../../runtime/policy/recorded-requests.ts';
import type { WhatIf } from '../../runtime/policy/what-if.ts';
import { printableLine } from '../printable.ts';
import type { Style } from './style.ts';
import { table } from './table.ts';

/** Lists every request that would be decided otherwise, and counts the others. */
export function whatIfText(found: WhatIf, style: Style): string {
  const { session_count, unchanged_count, flips, unjudged, incomplete } = found;
  const rows = flips.map(({ session_id, seq, tool_name, recorded, now, is_input_changed }) => [
    session_id,
    String(seq),
    tool_name,
    decisionText(recorded),
    `${decisionText(now)}${is_input_changed ? ', with another input' : ''}`,
  ]);
  const unclear = unjudged.map(({ session_id, seq, tool_name, why }) =>
    printableLine(`  ${session_id} ${seq} ${tool_name}: ${why}`),
  );
  const lost = incomplete.map(({ session_id, why }) => printableLine(`  ${session_id}: ${why}`));
  const total = `${flips.length} would change, ${unchanged_count} would not`;
  return [
    ...(rows.length > 0 ? [table(HEAD, rows, style)] : []),
    ...(unclear.length > 0 ? [style.notable('not judged'), ...unclear] : []),
    ...(lost.length > 0 ? [style.bad('not judged as a whole'), ...lost] : []),
    `${total}, ${unjudged.length} not judged; ${session_count} sessions`,
  ].join('\n');
}

const HEAD = ['session', 'seq', 'tool', 'recorded', 'now'];

function decisionText({ decision, policy_ids, code }: PastDecision): string {
  if (policy_ids.length > 0) return `${decision} by ${policy_ids.join(', ')}`;
  return code === undefined ? decision : `${decision} with ${code}`;
}
