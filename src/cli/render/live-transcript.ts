/**
 * The transcript as it comes: words while the model says them, calls with their decisions, results
 * and states. Entries are told before the messages of their batch, so what an entry says of a call
 * is held back until the message came that asks for the call.
 */
import {
  TURN_TOOL,
  type EvidenceEntry,
  type Message,
  type RequestedCall,
} from '../../../kernel/index.ts';
import type { RuntimeEvent } from '../../runtime/event-stream.ts';
import type { Io } from '../io.ts';
import { clip, printable, printableLine } from '../printable.ts';
import type { Ending, SessionView } from '../session-view.ts';
import { standingText } from './session.ts';
import type { Style } from './style.ts';
import {
  behindLabel,
  calledBy,
  callRow,
  decisionRow,
  errorText,
  label,
  messageRows,
} from './transcript.ts';

const PROGRESS_LENGTH_MAX = 200;

/** What becomes of an approval: these name the request, and not the call. */
const DECIDED_ELSEWHERE: ReadonlySet<EvidenceEntry['kind']> = new Set([
  'approval_resolved',
  'approval_voted',
  'approval_expired',
  'approval_superseded',
  'grant_revoked',
]);

export class LiveTranscript implements SessionView {
  readonly #io: Io;
  readonly #style: Style;
  /** What the model has said of its present turn, as far as it is shown. */
  #said = '';
  /** What was asked for, and which of it is shown, by the id of the call. */
  readonly #calls = new Map<string, RequestedCall>();
  readonly #shown = new Set<string>();
  readonly #held: EvidenceEntry[] = [];
  #state = '';

  constructor(io: Io, style: Style) {
    this.#io = io;
    this.#style = style;
  }

  recall(messages: readonly Message[]): void {
    for (const message of messages) this.#noteCalls(message);
  }

  onEvent(event: RuntimeEvent): void {
    switch (event.type) {
      case 'progress':
        return event.tool_name === TURN_TOOL ? this.#hear(event.data) : this.#showProgress(event);
      case 'message':
        return this.#showMessage(event.message);
      case 'evidence':
        return this.#showEntry(event.entry);
      case 'state':
        return this.#showState(event.state);
      case 'failure':
        this.#io.err(`${printable(`${event.code}: ${event.message}`)}\n`);
    }
  }

  end({ summary, standing, stopped_by }: Ending): void {
    this.#fallSilent();
    const stopped = stopped_by === undefined ? [] : [`Stopped by ${stopped_by}; nothing is lost.`];
    this.#print([...stopped, '', standingText(summary, standing, this.#style)]);
  }

  /** Shows what is new of the model's words; half of a character waits for its other half. */
  #hear(data: unknown): void {
    const words = wordsOf(data).replace(/[\uD800-\uDBFF\r]$/, '');
    if (words === '' || words === this.#said) return;
    // Another attempt at the turn begins anew.
    if (!words.startsWith(this.#said)) this.#fallSilent();
    if (this.#said === '') this.#io.out(label('model', this.#style));
    this.#io.out(behindLabel(words.slice(this.#said.length)));
    this.#said = words;
  }

  #fallSilent(): void {
    if (this.#said !== '') this.#io.out('\n');
    this.#said = '';
  }

  #showMessage(message: Message): void {
    if (message.role !== 'assistant') {
      // A person at the terminal sees what they typed.
      if (message.role === 'user' && this.#io.isTerminal) return;
      return this.#print(messageRows(message, this.#style));
    }
    this.#hear({ assistant_message: message.content });
    this.#fallSilent();
    this.#noteCalls(message);
    for (const entry of this.#held.splice(0)) this.#showEntry(entry);
  }

  #noteCalls({ tool_calls = [] }: Message): void {
    for (const call of tool_calls) this.#calls.set(call.tool_call_id, call);
  }

  #showEntry(entry: EvidenceEntry): void {
    if (entry.kind === 'session_started') {
      this.#print([label('session', this.#style) + entry.session_id]);
      return;
    }
    const call_id = calledBy(entry);
    if (call_id !== undefined) {
      this.#showDecision(entry, call_id);
      return;
    }
    if (DECIDED_ELSEWHERE.has(entry.kind)) this.#printDecision(entry);
    const isTurn = 'tool_name' in entry && entry.tool_name === TURN_TOOL;
    if (!isTurn || !('error' in entry)) return;
    this.#fallSilent();
    this.#print([label('model', this.#style) + this.#style.bad(errorText(entry.error))]);
  }

  #showDecision(entry: EvidenceEntry, call_id: string): void {
    const call = this.#calls.get(call_id);
    if (!call) {
      this.#held.push(entry);
      return;
    }
    if (!this.#shown.has(call_id)) this.#print([callRow(call, this.#style)]);
    this.#shown.add(call_id);
    this.#printDecision(entry, call);
  }

  #printDecision(entry: EvidenceEntry, call?: RequestedCall): void {
    const row = decisionRow(entry, this.#style, call);
    if (row !== undefined) this.#print([row]);
  }

  #showProgress({ tool_name, data }: Extract<RuntimeEvent, { type: 'progress' }>): void {
    const shown = clip(JSON.stringify(data) ?? '', PROGRESS_LENGTH_MAX);
    const { faint } = this.#style;
    this.#print([label('', this.#style) + faint(printableLine(`${tool_name} … ${shown}`))]);
  }

  #showState(state: string): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#fallSilent();
    this.#print([label('state', this.#style) + this.#style.faint(state)]);
  }

  #print(rows: readonly string[]): void {
    for (const row of rows) this.#io.out(`${row}\n`);
  }
}

function wordsOf(data: unknown): string {
  const said = (data as { readonly assistant_message?: unknown } | null)?.assistant_message;
  return typeof said === 'string' ? said : '';
}
