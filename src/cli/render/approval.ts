/** Approvals in lists, and the exact call that a person is asked about. */
import { canonicalJson, type Approval } from '../../../kernel/index.ts';
import { printableLine } from '../printable.ts';
import type { Style } from './style.ts';
import { pairs, table } from './table.ts';

/** Lists pending approvals. */
export function approvalList(approvals: readonly Approval[], style: Style): string {
  if (approvals.length === 0) return 'No pending approvals';
  const rows = approvals.map((approval) => [
    approval.request_id,
    approval.session_id,
    approval.tool_name,
    approval.expires_at,
  ]);
  return table(['request', 'session', 'tool', 'open until'], rows, style);
}

/** Everything that will run when it is approved, and why a person is asked. Nothing is cut. */
export function approvalText(approval: Approval, style: Style): string {
  const facts = pairs(
    {
      request: approval.request_id,
      session: approval.session_id,
      status: approval.status,
      intent: approval.intent,
      because: approval.reasons.join('; '),
      rules: approval.policy_ids.join(', '),
      'open until': approval.expires_at,
      digest: approval.digest,
    },
    style,
  );
  const input = Object.keys(approval.input)
    .toSorted()
    .map((key) => `  ${style.faint(printableLine(key))} ${readable(approval.input[key])}`);
  return [style.strong(printableLine(approval.tool_name)), ...input, '', facts].join('\n');
}

/** The canonical JSON of a value in which nothing hides: what JSON allows raw is escaped, too. */
export function readable(value: unknown): string {
  return printableLine(canonicalJson(value));
}
