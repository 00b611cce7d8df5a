/** Evidence entries as rows, and what verification found. */
import type { EvidenceEntry, Pruned, Verifier, VerifyResult } from '../../../kernel/index.ts';
import { printableLine } from '../printable.ts';
import type { Style } from './style.ts';
import { table } from './table.ts';

/** Lists entries, one a row. */
export function entryTable(entries: readonly EvidenceEntry[], style: Style): string {
  const rows = entries.map((entry) => [
    String(entry.seq),
    entry.timestamp,
    entry.hash.slice(0, 12),
    entry.kind,
    'tool_name' in entry ? entry.tool_name : '',
    `${outcomeOf(entry)}${shadowOf(entry)}`,
  ]);
  return table(['seq', 'time', 'hash', 'entry', 'tool', 'outcome'], rows, style);
}

/** What rules in shadow mode would have had a say in, where there are any. */
function shadowOf(entry: EvidenceEntry): string {
  const decisions = 'policy_decisions' in entry ? entry.policy_decisions : [];
  const shadow = decisions.filter(({ mode }) => mode === 'shadow');
  const said = shadow.map(({ decision, policy_id }) => `${decision} by ${policy_id}`);
  return said.length === 0 ? '' : ` (in shadow mode: ${said.join(', ')})`;
}

function outcomeOf(entry: EvidenceEntry): string {
  switch (entry.kind) {
    case 'tool_call_started':
      return entry.request_id === undefined ? entry.basis : `${entry.basis} ${entry.request_id}`;
    case 'tool_call_progress':
      return entry.state;
    case 'tool_call_finished':
    case 'tool_call_denied':
    case 'tool_call_crashed':
      return [entry.result, entry.error?.code].filter(Boolean).join(' ');
    case 'approval_requested':
      return entry.request_id;
    case 'approval_resolved':
      return resolvedText(entry);
    case 'grant_revoked':
      return `revoked by ${entry.revoked_by}`;
    case 'approval_voted':
      return `agreed to by ${entry.approved_by}`;
    case 'approval_expired':
    case 'approval_superseded':
      return entry.reason;
    default:
      return [entry.reason, entry.by && `by ${entry.by}`].filter(Boolean).join(' ');
  }
}

function resolvedText(entry: Extract<EvidenceEntry, { kind: 'approval_resolved' }>): string {
  const { approved, approved_by, grant } = entry;
  const more = grant ? `, and calls like it until ${grant.expires_at}` : '';
  return `${approved ? 'approved' : 'declined'} by ${approved_by}${more}`;
}

/** One line per session: whole, or the entry that is not what was written. */
export function verifyText(results: readonly VerifyResult[], style: Style): string {
  const lines = results.map((result) => {
    const { session_id, entries, pruned } = result;
    const place = pruned ? prunedText(pruned) : '';
    const subject = `${printableLine(session_id)}: ${entries} entries in order${place}`;
    if (result.ok) return `${style.good('ok')}  ${subject}, ${signatureText(result)}`;
    const { kind, message } = result.problem;
    return `${style.bad('NOT OK')}  ${subject}, then ${kind}: ${printableLine(message)}`;
  });
  const [only, ...others] = results;
  if (only?.ok && others.length === 0) lines.push(style.faint(`head ${headText(only)}`));
  return lines.length === 0 ? 'No evidence' : lines.join('\n');
}

function prunedText({ through_seq, contents_through_seq }: Pruned): string {
  const entries = through_seq < 0 ? '' : ` behind ${through_seq + 1} that were pruned`;
  const isMore = contents_through_seq > through_seq;
  return isMore ? `${entries}, contents pruned through ${contents_through_seq}` : entries;
}

function signatureText({ signature, signed_through, head, key_id = '' }: VerifyResult): string {
  switch (signature) {
    case 'none':
      return 'unsigned';
    case 'unchecked':
      return 'signed, and no --public-key to check it with';
    case 'valid':
    case 'invalid': {
      const key = `with key ${key_id.slice(0, 12)}`;
      const isWhole = signed_through === head.seq;
      return isWhole ? `signed ${key}` : `signed through entry ${signed_through} ${key}`;
    }
  }
}

/** As `--head` takes it. */
const headText = ({ head }: VerifyResult): string => `${head.seq}:${head.hash}`;

/** A key: its id, and its public half to be copied. */
export function keyText(title: string, { key_id, public_key }: Verifier, style: Style): string {
  return [
    `${style.good(title)} evidence key ${key_id}`,
    '',
    public_key,
    'Keep a copy of this public half where nobody who can write to the store can change it.',
  ].join('\n');
}
