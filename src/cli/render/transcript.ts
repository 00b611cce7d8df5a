/** Messages, calls and decisions as rows: who, and behind it what was said, made printable. */
import {
  contentHash,
  toolCallId,
  type EvidenceEntry,
  type Message,
  type PolicyDecision,
  type RequestedCall,
} from '../../../kernel/index.ts';
import { clip, printable, printableLine } from '../printable.ts';
import type { Style } from './style.ts';

const LABEL_WIDTH = 8;
const INDENT = ' '.repeat(LABEL_WIDTH);

/** Inputs and results are shown in part here; the store and an approval have them whole. */
const SHOWN_LENGTH_MAX = 500;

const SPEAKERS: Readonly<Record<Message['role'], string>> = {
  system: 'system',
  user: 'you',
  assistant: 'model',
  tool: 'result',
};

/** Starts a row: the label, and the space up to what stands behind it. */
export function label(name: string, style: Style): string {
  return style.strong(name) + ' '.repeat(LABEL_WIDTH - name.length);
}

/** Makes text printable and lines it up behind a label. */
export function behindLabel(text: string): string {
  return printable(text).replaceAll('\n', `\n${INDENT}`);
}

/** What a model or a person said, what was asked for, what came back: one or more rows. */
export function messageRows(message: Message, style: Style): readonly string[] {
  const { role, content, tool_name = '', tool_calls = [] } = message;
  const shown =
    role === 'tool' ? `${printableLine(tool_name)} ${clip(content, SHOWN_LENGTH_MAX)}` : content;
  const said = shown === '' ? [] : [label(SPEAKERS[role], style) + behindLabel(shown)];
  return [...said, ...tool_calls.map((call) => callRow(call, style))];
}

/** A call as it was asked for. */
export function callRow({ name, input }: RequestedCall, style: Style): string {
  const shown = clip(JSON.stringify(input), SHOWN_LENGTH_MAX);
  return `${label('call', style)}${printableLine(name)} ${style.faint(printableLine(shown))}`;
}

/**
 * The decision that an entry records on a call, or what became of the call without a result. Told
 * the call, it says where what runs is not what the model asked for.
 */
export function decisionRow(
  entry: EvidenceEntry,
  style: Style,
  call?: RequestedCall,
): string | undefined {
  switch (entry.kind) {
    case 'tool_call_started': {
      const isOther = call !== undefined && contentHash(call.input) !== entry.input_hash;
      const changed = style.notable(isOther ? ', with another input than asked for' : '');
      return decided(style.good(startedWhy(entry)) + changed);
    }
    case 'approval_requested': {
      const { request_id, expires_at, policy_decisions } = entry;
      const asked = `needs approval ${request_id} until ${expires_at}`;
      return decided(style.notable(asked) + because(policy_decisions, 'approval_required'));
    }
    case 'approval_resolved': {
      const { approved, approved_by, reason = '' } = entry;
      const colour = approved ? style.good : style.bad;
      const said = `${approved ? 'approved' : 'declined'} by ${printableLine(approved_by)}`;
      const more = entry.grant ? `, and calls like it until ${entry.grant.expires_at}` : '';
      return decided(colour(said + more) + (reason && `: ${printableLine(reason)}`));
    }
    case 'grant_revoked':
      return decided(style.notable(`grant revoked by ${printableLine(entry.revoked_by)}`));
    case 'approval_voted':
      return decided(style.notable(`agreed to by ${printableLine(entry.approved_by)}`));
    case 'tool_call_denied':
      return decided(style.bad(errorText(entry.error)) + because(entry.policy_decisions, 'deny'));
    case 'tool_call_crashed':
      return decided(style.bad(errorText(entry.error)));
    case 'approval_expired':
    case 'approval_superseded':
      return decided(style.notable(printableLine(entry.reason)));
    default:
      return undefined;
  }
}

/** The call of a session that an entry is about, by the id that messages have for it. */
export function calledBy(entry: EvidenceEntry): string | undefined {
  const effect_id = 'effect_id' in entry ? entry.effect_id : '';
  const index = /\/tool\/(\d+)$/.exec(effect_id)?.[1];
  return index === undefined ? undefined : toolCallId(Number(index));
}

/** An error as one line. */
export function errorText(error: { readonly code: string; readonly message: string } | undefined) {
  return error ? printableLine(`${error.code}: ${error.message}`) : 'failed';
}

const decided = (text: string): string => INDENT + text;

function startedWhy({ basis, request_id, policy_decisions }: Started): string {
  if (basis === 'approval') return `runs under approval ${request_id}`;
  if (basis === 'grant') return `runs on what approval ${request_id} granted`;
  return `allowed${because(policy_decisions, 'allow')}`;
}

type Started = Extract<EvidenceEntry, { kind: 'tool_call_started' }>;

function because(decisions: readonly PolicyDecision[], wanted: PolicyDecision['decision']): string {
  const deciding = decisions.filter(({ decision, mode }) => decision === wanted && !mode);
  const ids = deciding.map(({ policy_id }) => policy_id);
  return ids.length === 0 ? '' : ` by ${printableLine(ids.join(', '))}`;
}
