/**
 * The conversation of a session, held against its evidence: each message has to be what its entry
 * says, in its place, and there are no others. The chain covers messages by no hash of their own.
 */
import {
  canonicalJson,
  contentHash,
  toolCallId,
  TURN_TOOL,
  type EvidenceEntry,
  type Message,
  type TurnOutput,
} from '../../../kernel/index.ts';
import { currentCall, type SessionContext } from '../../../machines/index.ts';
import { parseJson } from '../codec.ts';
import { answerMessages } from '../escalations.ts';
import { assistantMessage, createToolResultMessage } from '../messages.ts';
import { answerOf, messagesAtBeginning } from './details.ts';
import { unless, type Objection } from './objections.ts';
import { outputOf, turnOutputOf, type ReadContent } from './outputs.ts';

/** What a message is expected to be: itself, or by the hash that an entry names. */
type Expected = { readonly message: Message } | { readonly hash: string | undefined };

type Ended = Extract<EvidenceEntry, { kind: 'tool_call_finished' | 'tool_call_denied' }>;

export class Conversation {
  readonly #messages: readonly Message[];
  readonly #read: ReadContent;
  #count = 0;

  constructor(messages: readonly Message[], read: ReadContent) {
    this.#messages = messages;
    this.#read = read;
  }

  /** Whether there are as many messages as an entry says; all of them, behind the last entry. */
  objectionTo(entry: EvidenceEntry | undefined): Objection | undefined {
    const count = entry ? entry.message_count : this.#messages.length;
    return count === undefined ? undefined : unless(`${this.#count} messages`, `${count} messages`);
  }

  /** Takes the messages that came with an entry. */
  enter(entry: EvidenceEntry, context: SessionContext): Objection | undefined {
    if (entry.kind === 'session_started') {
      this.#count = messagesAtBeginning(entry.details);
      const came = contentHash(this.#messages.slice(0, this.#count));
      return unless(`first messages ${entry.content_hash}`, `first messages ${came}`);
    }
    for (const expected of this.#broughtBy(entry, context)) {
      const objection = this.#objectionToNext(expected);
      if (objection) return objection;
      this.#count += 1;
    }
    return undefined;
  }

  #broughtBy(entry: EvidenceEntry, context: SessionContext): readonly Expected[] {
    switch (entry.kind) {
      case 'session_message':
        return [{ hash: entry.content_hash }];
      case 'escalation_answered': {
        const answered = answerOf(entry.details);
        const call = context.escalated_from === 'call' ? this.#callAt(context) : undefined;
        const brought = answered ? answerMessages(answered.answer, context, call) : [];
        return brought.filter((message) => !this.#isAnswered(message)).map(asExpected);
      }
      case 'tool_call_finished':
      case 'tool_call_denied':
        return this.#endedBy(entry, context);
      default:
        return [];
    }
  }

  #endedBy(entry: Ended, context: SessionContext): readonly Expected[] {
    if (entry.tool_name === TURN_TOOL) {
      const { success, data } = turnOutputOf(entry, this.#read);
      if (!success) return [];
      return [asExpected(assistantMessage(data as TurnOutput, context.tool_call_count))];
    }
    const output = outputOf(entry, this.#read);
    const result = createToolResultMessage({ ...this.#callAt(context), output });
    return this.#isAnswered(result) ? [] : [asExpected(result)];
  }

  /** The call at which a session stands, as its last turn named it. */
  #callAt(context: SessionContext) {
    const { tool_call_index, call_in_turn } = currentCall(context);
    const turn = this.#messages.slice(0, this.#count).findLast(isTurn);
    const toolName = turn?.tool_calls?.[call_in_turn]?.name ?? '';
    return { toolName, toolCallId: toolCallId(tool_call_index) };
  }

  /** A result is told once. */
  #isAnswered({ role, tool_call_id }: Message): boolean {
    if (role !== 'tool') return false;
    const known = this.#messages
      .slice(0, this.#count)
      .findLast((message) => isTurn(message) || message.tool_call_id === tool_call_id);
    return known?.role === 'tool';
  }

  #objectionToNext(expected: Expected): Objection | undefined {
    const place = `message ${this.#count}`;
    const message = this.#messages[this.#count];
    if (!message) return { expected: place, came: `${this.#count} messages` };
    return 'hash' in expected
      ? unless(`${place} ${expected.hash}`, `${place} ${contentHash(message)}`)
      : unless(`${place} ${told(expected.message)}`, `${place} ${told(message)}`);
  }
}

const isTurn = ({ role }: Message): boolean => role === 'assistant';

const asExpected = (message: Message): Expected => ({ message });

/** A message as one text; results are JSON, in whatever order their tool wrote them. */
function told({ content, ...message }: Message): string {
  const said = message.role === 'tool' ? parseJson(content, 'the result of a call') : content;
  return canonicalJson({ ...message, content: said });
}
