/** Evidence entries as rows, and what verification found. */
import type { EvidenceEntry, VerifyResult } from '../../../kernel/index.ts';
import { printableLine } from '../printable.ts';
import type { Style } from './style.ts';
import { table } from './table.ts';

/** Lists entries, one a row. */
export function entryTable(entries: readonly EvidenceEntry[], style: Style): string {
  const rows = entries.map((entry) => [
    String(entry.seq),
    entry.timestamp,
    entry.kind,
    'tool_name' in entry ? entry.tool_name : '',
    outcomeOf(entry),
    entry.hash.slice(0, 12),
  ]);
  return table(['seq', 'time', 'entry', 'tool', 'outcome', 'hash'], rows, style);
}

function outcomeOf(entry: EvidenceEntry): string {
  switch (entry.kind) {
    case 'tool_call_started':
      return entry.request_id === undefined ? entry.basis : `approval ${entry.request_id}`;
    case 'tool_call_progress':
      return entry.state;
    case 'tool_call_finished':
    case 'tool_call_denied':
    case 'tool_call_crashed':
      return [entry.result, entry.error?.code].filter(Boolean).join(' ');
    case 'approval_requested':
      return entry.request_id;
    case 'approval_resolved':
      return `${entry.approved ? 'approved' : 'declined'} by ${entry.approved_by}`;
    case 'approval_voted':
      return `agreed to by ${entry.approved_by}`;
    case 'approval_expired':
    case 'approval_superseded':
      return entry.reason;
    default:
      return [entry.reason, entry.by && `by ${entry.by}`].filter(Boolean).join(' ');
  }
}

/** One line per session: whole, or the entry that is not what was written. */
export function verifyText(results: readonly VerifyResult[], style: Style): string {
  const lines = results.map((result) => {
    const subject = `${printableLine(result.session_id)}: ${result.entries} entries in order`;
    if (result.ok) return `${style.good('ok')}  ${subject}`;
    const { kind, message } = result.problem;
    return `${style.bad('NOT OK')}  ${subject}, then ${kind}: ${printableLine(message)}`;
  });
  return lines.length === 0 ? 'No evidence' : lines.join('\n');
}
