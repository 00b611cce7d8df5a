/** A model in this process that answers at once and keeps nothing: what is left is the runtime. */
import type { ModelAdapter, ToolOutput, TurnOutput } from 'troupe/kernel';

export interface Conversation {
  /** Turns that ask for tools; one more ends the session. */
  readonly turns: number;
  readonly calls_per_turn: number;
}

const PROVIDER = { kind: 'in-process', model: 'instant' };
const USAGE = { input_tokens: 800, output_tokens: 60 };

/** How far a session is can be read off the number of its messages, for it begins with one. */
export function instantModel({ turns, calls_per_turn }: Conversation): ModelAdapter {
  const messages_per_turn = 1 + calls_per_turn;
  return {
    executeTurn: async ({ messages }) => {
      const turn = (messages.length - 1) / messages_per_turn;
      return turn < turns ? request(turn, calls_per_turn) : COMPLETION;
    },
  };
}

const COMPLETION: ToolOutput<TurnOutput> = {
  success: true,
  data: {
    status: 'complete',
    intent: 'scheduling',
    assistant_message: 'All events are in the calendar now.',
    provider: PROVIDER,
    usage: USAGE,
    finish_reason: 'stop',
  },
};

function request(turn: number, calls: number): ToolOutput<TurnOutput> {
  const requested = Array.from({ length: calls }, (_, call) => ({
    name: 'calendar:create-event',
    input: {
      title: `Review ${turn}.${call} of the spring catalogue with the people from the print room`,
      starts_at: '2026-11-21T09:00:00Z',
      ends_at: '2026-11-21T10:00:00Z',
      attendees: ['ines@example.com', 'jonas@example.com'],
    },
  }));
  const [first] = requested;
  return {
    success: true,
    data: {
      status: 'tool_request',
      intent: 'scheduling',
      assistant_message: `I put review ${turn} into the calendar and tell you when it is there.`,
      ...(first && { requested_tool: first }),
      ...(requested.length > 1 && { requested_tools: requested }),
      provider: PROVIDER,
      usage: USAGE,
      finish_reason: 'tool_calls',
    },
  };
}
