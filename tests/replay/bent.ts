/** Records that were bent, with every hash of the chain made anew: each has to be told. */
import type { EvidenceEntry } from 'troupe/kernel';
import type { RecordedSession } from '../../src/runtime/replay/contract.ts';
import { added, altered, swapped, without, type Change } from './recorded.ts';

const NEVER = '0'.repeat(64);

const called = (text: string) => (output: Readonly<Record<string, unknown>>) => {
  const data = output['data'] as Readonly<Record<string, unknown>>;
  const requested_tool = { name: 'notes:write', input: { text } };
  return { ...output, data: { ...data, requested_tool } };
};

/** The turn asked for nothing and replied. */
const replied = (output: Readonly<Record<string, unknown>>) => {
  const { requested_tool: _, ...data } = output['data'] as Readonly<Record<string, unknown>>;
  return { ...output, data: { ...data, status: 'reply' } };
};

const withTurns = ({ saved }: RecordedSession, turn_count: number) => ({
  value: saved?.value,
  context: { ...(saved?.context as object), turn_count },
});

/** The start and the end of the first call of a tool once more, as another call. */
const oneMore = (entries: readonly EvidenceEntry[]): readonly EvidenceEntry[] =>
  entries
    .filter((entry) => 'receipt_id' in entry && entry.receipt_id === 's/tool/0#1')
    .map(
      (entry) =>
        ({ ...entry, effect_id: 's/tool/9', receipt_id: 's/tool/9#1' }) as unknown as EvidenceEntry,
    );

interface Bent {
  readonly change: Change;
  /** The entry that is named. */
  readonly at: readonly [seq: number, kind: string];
  /** Words of what was expected and what came. */
  readonly told: string;
}

const OTHER_INPUT = { limits: {}, turns_left: null, wake_at: null };
const START = 'tool_call_started';

/** What somebody with the store in hand can make of a session, and the entry that is named. */
export const BENT: readonly (readonly [string, Bent])[] = [
  [
    'a turn that asked for another input',
    {
      change: swapped('tool_call_finished', 0, called('other')),
      at: [3, START],
      told: 'input',
    },
  ],
  [
    'a turn that replied',
    {
      change: swapped('tool_call_finished', 0, replied),
      at: [3, START],
      told: 'awaiting_turn.idle',
    },
  ],
  [
    'a turn that took longer',
    {
      change: altered('tool_call_finished', 0, () => ({ duration_ms: 7 })),
      at: [15, 'session_message'],
      told: 'context',
    },
  ],
  [
    'a turn whose output is nobody knows where',
    {
      change: altered('tool_call_finished', 0, () => ({ output_hash: NEVER })),
      at: [3, START],
      told: 'is missing',
    },
  ],
  [
    'one effect more',
    { change: added('session_message', oneMore), at: [16, START], told: 's/tool/9' },
  ],
  [
    'one effect less',
    { change: without(START, 0), at: [1, 'tool_call_finished'], told: 'no call is running' },
  ],
  [
    'another tool',
    {
      change: altered(START, 1, () => ({ tool_name: 'notes:burn' })),
      at: [3, START],
      told: 'notes:burn',
    },
  ],
  [
    'another input',
    { change: altered(START, 1, () => ({ input_hash: NEVER })), at: [3, START], told: NEVER },
  ],
  [
    'another attempt',
    { change: altered(START, 1, () => ({ attempt: 2 })), at: [3, START], told: 'attempt 2' },
  ],
  [
    'another state',
    {
      change: altered(START, 1, () => ({ state_before: 'escalate' })),
      at: [3, START],
      told: 'state escalate',
    },
  ],
  [
    'no state',
    {
      change: altered('tool_call_finished', 1, () => ({
        state_before: undefined,
        state_after: undefined,
      })),
      at: [4, 'tool_call_finished'],
      told: 'state undefined',
    },
  ],
  [
    'a state from before the decision',
    {
      change: altered(START, 1, () => ({ state_before: 'tool_request.deciding' })),
      at: [3, START],
      told: 'state tool_request.deciding',
    },
  ],
  [
    'a receipt from another state',
    {
      change: altered('tool_call_finished', 1, () => ({ state_after: 'complete' })),
      at: [4, 'tool_call_finished'],
      told: 'state complete',
    },
  ],
  [
    'another context',
    {
      change: altered('session_message', 0, () => ({ state_hash: NEVER })),
      at: [15, 'session_message'],
      told: NEVER,
    },
  ],
  [
    'another beginning',
    {
      change: altered('session_started', 0, () => ({ details: { input: OTHER_INPUT } })),
      at: [0, 'session_started'],
      told: 'context',
    },
  ],
  [
    'a message that nobody sent',
    { change: without('session_message', 0), at: [15, START], told: 'awaiting_turn.idle' },
  ],
  [
    'a request that nobody made',
    {
      change: without('approval_requested', 0),
      at: [9, 'approval_resolved'],
      told: 'approval_required',
    },
  ],
  [
    'a decision that nobody made',
    { change: without('approval_resolved', 0), at: [10, START], told: 'granted approval' },
  ],
  [
    'a decision turned round',
    {
      change: altered('approval_resolved', 0, () => ({ approved: false })),
      at: [11, START],
      told: 'agent:execute-turn',
    },
  ],
  [
    'another end',
    {
      change: altered('session_completed', 0, () => ({ details: { completion: 'canceled' } })),
      at: [18, 'session_completed'],
      told: 'canceled',
    },
  ],
  [
    'an end that came from elsewhere',
    {
      change: altered('session_completed', 0, () => ({ state_before: 'escalate' })),
      at: [18, 'session_completed'],
      told: 'from escalate',
    },
  ],
  [
    'no end',
    {
      change: without('session_completed', 0),
      at: [17, 'tool_call_finished'],
      told: 'session_completed',
    },
  ],
  [
    'another saved state',
    {
      change: (recorded) => ({ ...recorded, saved: { value: 'escalate', context: {} } }),
      at: [18, 'session_completed'],
      told: 'saved state escalate',
    },
  ],
  [
    'another saved count',
    {
      change: (recorded) => ({ ...recorded, saved: withTurns(recorded, 9) }),
      at: [18, 'session_completed'],
      told: 'saved turn_count 9',
    },
  ],
];
