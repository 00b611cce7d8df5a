/** Short ways to write down evidence, for tests of the chain. */
import type { EntryDraft, EvidenceEntry } from '../../../kernel/contract/index.ts';
import { contentHash } from '../../../kernel/canonical.ts';
import { GENESIS, linkEntry } from '../../../kernel/evidence/chain.ts';
import type { ChainEnd } from '../../../kernel/evidence/verify.ts';

export const SESSION = 'session-1';
const MINUTE_MS = 60_000;
const START = Date.parse('2026-01-01T00:00:00.000Z');
const WHO = { run_id: 'run-1', task_id: 'task-1' };

/** The instant of the entry at a place: one minute after the one before it. */
export const minute = (count: number): string => new Date(START + count * MINUTE_MS).toISOString();

type Draft<Kind extends EntryDraft['kind']> = Extract<EntryDraft, { readonly kind: Kind }>;
type Change<Kind extends EntryDraft['kind']> = Partial<Draft<Kind>>;

const effect = (effect_id: string, attempt: number, restart: number) => ({
  ...WHO,
  receipt_id: `${effect_id}#${attempt}.${restart}`,
  effect_id,
  attempt,
  restart,
  tool_name: 'demo:write',
});

const inputHash = contentHash({ text: 'hello' });
export const DIGEST = contentHash('digest');

interface Which {
  readonly effect_id?: string;
  readonly attempt?: number;
  readonly restart?: number;
}
const named = ({ effect_id = 'e1', attempt = 1, restart = 0 }: Which) =>
  effect(effect_id, attempt, restart);

export const started = (
  which: Which = {},
  change: Change<'tool_call_started'> = {},
): EntryDraft => ({
  ...named(which),
  kind: 'tool_call_started',
  tool_version: '1.0.0',
  execution_mode: 'in-process',
  recovery: 'manual',
  input_hash: inputHash,
  basis: 'allow',
  digest: DIGEST,
  policy_version: 'pv-1',
  scope_requested: [{ type: 'path', pattern: 'notes/**', access: 'write' }],
  scope_allowed: [],
  scope_enforced: [],
  policy_decisions: [{ policy_id: 'demo.rule', decision: 'allow', level: 'pack' }],
  workspace_config_hash: inputHash,
  runtime_version: '0.1.0',
  metadata: { agent_intent: 'notes', hash: 'not the hash of this entry' },
  ...change,
});

/** A start on the approval `r1`, where nothing else is said. */
export const startedOnApproval = (
  which: Which = {},
  change: Change<'tool_call_started'> = {},
): EntryDraft =>
  started(which, {
    basis: 'approval',
    request_id: 'r1',
    policy_decisions: [{ policy_id: 'demo.rule', decision: 'approval_required' }],
    ...change,
  });

export const progressed = (which: Which = {}): EntryDraft => ({
  ...named(which),
  kind: 'tool_call_progress',
  sequence: 0,
  state: 'partial',
  snapshot_hash: contentHash('half'),
});

export const finished = (
  which: Which = {},
  result: 'success' | 'failure' = 'success',
): EntryDraft => ({
  ...named(which),
  kind: 'tool_call_finished',
  result,
  duration_ms: 1.5,
  output_hash: contentHash('whole'),
  artifacts_written: [],
  ...(result === 'failure' && { error: { code: 'TOOL_EXECUTION_FAILED', message: 'It "broke"' } }),
});

export const denied = (which: Which = {}): EntryDraft => ({
  ...named(which),
  kind: 'tool_call_denied',
  result: 'denied',
  duration_ms: 0,
  input_hash: inputHash,
  policy_decisions: [{ policy_id: 'demo.rule', decision: 'deny' }],
});

export const crashed = (which: Which = {}): EntryDraft => ({
  ...named(which),
  kind: 'tool_call_crashed',
  result: 'crashed',
  duration_ms: 0,
});

const approvalOf = (request_id: string) => ({
  ...WHO,
  request_id,
  tool_name: 'demo:write',
  digest: DIGEST,
});

export const requested = (
  request_id = 'r1',
  change: Change<'approval_requested'> = {},
): EntryDraft => ({
  ...approvalOf(request_id),
  kind: 'approval_requested',
  effect_id: 'e1',
  input_hash: inputHash,
  policy_version: 'pv-1',
  policy_decisions: [{ policy_id: 'demo.rule', decision: 'approval_required' }],
  expires_at: minute(60),
  ...change,
});

export const resolved = (
  request_id = 'r1',
  change: Change<'approval_resolved'> = {},
): EntryDraft => ({
  ...approvalOf(request_id),
  kind: 'approval_resolved',
  approved: true,
  approved_by: 'ada@example.com',
  ...change,
});

export const closed = (
  kind: 'approval_expired' | 'approval_superseded',
  request_id = 'r1',
): EntryDraft => ({ ...approvalOf(request_id), kind, reason: 'It is over' });

export const moved = (kind: 'session_started' | 'session_message' | 'session_completed') =>
  ({ ...WHO, kind }) satisfies EntryDraft;

export interface Chain {
  readonly texts: readonly string[];
  readonly entries: readonly EvidenceEntry[];
  readonly head: ChainEnd;
}

/** Links drafts in order, a minute apart; `at` sets another minute for a place. */
export function chainOf(
  drafts: readonly EntryDraft[],
  { session_id = SESSION, at = {} }: { session_id?: string; at?: Record<number, number> } = {},
): Chain {
  const texts: string[] = [];
  const entries: EvidenceEntry[] = [];
  let prev_hash = GENESIS;
  drafts.forEach((draft, seq) => {
    const timestamp = minute(at[seq] ?? seq);
    const { entry, text } = linkEntry(draft, { session_id, seq, prev_hash, timestamp });
    entries.push(entry);
    texts.push(text);
    prev_hash = entry.hash;
  });
  return { texts, entries, head: { seq: texts.length - 1, hash: prev_hash } };
}
