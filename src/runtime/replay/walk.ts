/** The machine of a session, walked without a clock, a store or a tool. */
import { initialTransition, transition } from 'xstate';
import type {
  CallPosition,
  GrantedCall,
  sessionMachine,
  SessionEvent,
  SessionContext,
  SessionInput,
  TurnPosition,
} from '../../../machines/index.ts';
import { toolEffectId, turnEffectId } from '../../../kernel/index.ts';
import { knowledgeHash, type Knowledge } from '../entry-states.ts';
import { stateDetail } from '../summary.ts';
import type { ReplayMove } from './contract.ts';

/** What the machine waits for: an effect in one of its slots. */
export type Question =
  | { readonly slot: 'executeTurn'; readonly asked: TurnPosition; readonly effect_id: string }
  | { readonly slot: 'decideTool'; readonly asked: CallPosition; readonly effect_id: string }
  | { readonly slot: 'executeTool'; readonly asked: GrantedCall; readonly effect_id: string };

/** The answer of an effect, as XState tells it to the machine. */
export interface Answer {
  readonly type: `xstate.${'done' | 'error'}.actor.${Question['slot']}`;
  readonly actorId: string;
  readonly output?: unknown;
  readonly error?: unknown;
}

/** Everything that a machine can hear. */
export type Heard = SessionEvent | Answer;

type Machine = typeof sessionMachine;
type Snapshot = ReturnType<typeof initialTransition<Machine>>[0];

/** Where a walk begins: with a new session, or with one that goes on from another. */
export type Beginning = { readonly input: SessionInput } | { readonly standing: Knowledge };

export class Walk {
  readonly #machine: Machine;
  readonly moves: ReplayMove[] = [];
  #snapshot: Snapshot;
  #before: string | undefined;
  #cutOff: Question | undefined;
  #hasJustMoved = false;

  constructor(machine: Machine, beginning: Beginning) {
    this.#machine = machine;
    this.#snapshot =
      'input' in beginning
        ? initialTransition(machine, beginning.input)[0]
        : machine.resolveState(beginning.standing as Parameters<Machine['resolveState']>[0]);
  }

  get state(): string {
    return stateDetail(this.#snapshot.value);
  }

  /** Where it stood before it came to where it stands. */
  get before(): string | undefined {
    return this.#before;
  }

  /** Whether it came to where it stands since the last entry. */
  get hasJustMoved(): boolean {
    return this.#hasJustMoved;
  }

  /** The next entry was written. */
  settle(): void {
    this.#hasJustMoved = false;
  }

  get context(): SessionContext {
    return this.#snapshot.context;
  }

  get knowledge(): Knowledge {
    return { value: this.#snapshot.value, context: this.#snapshot.context };
  }

  get lastEvent(): string | undefined {
    return this.moves.at(-1)?.event;
  }

  hash(): string {
    return knowledgeHash(this.knowledge);
  }

  takes(event: SessionEvent): boolean {
    return this.#snapshot.can(event);
  }

  send(event: Heard, seq: number | undefined): void {
    const from = this.state;
    const asked = this.question();
    this.#snapshot = this.#after(event);
    const to = this.state;
    if (this.question()) this.#cutOff = undefined;
    else if (asked && !isAnswer(event)) this.#cutOff = asked;
    if (to !== from) {
      this.#before = from;
      this.#hasJustMoved = true;
    }
    this.moves.push({ seq, event: event.type, from, to });
  }

  /** What the machine would know behind an event, as a hash. */
  hashAfter(event: Heard): string {
    const { value, context } = this.#after(event);
    return knowledgeHash({ value, context });
  }

  /** What the machine waits for, in the words in which it asked. */
  question(): Question | undefined {
    const { children } = this.#snapshot as { readonly children: Readonly<Record<string, Child>> };
    for (const slot of ['executeTurn', 'decideTool', 'executeTool'] as const) {
      const child = children[slot];
      if (child) return questionOf(slot, child.getSnapshot().input);
    }
    return undefined;
  }

  /** The same, or what it waited for when it was cut off: that may be on its way still. */
  lastQuestion(): Question | undefined {
    return this.question() ?? this.#cutOff;
  }

  #after(event: Heard): Snapshot {
    return transition(this.#machine, this.#snapshot, event as SessionEvent)[0];
  }
}

const isAnswer = (event: Heard): event is Answer => event.type.startsWith('xstate.');

interface Child {
  readonly getSnapshot: () => { readonly input?: unknown };
}

function questionOf(slot: Question['slot'], input: unknown): Question {
  if (slot === 'executeTurn') {
    const asked = input as TurnPosition;
    return { slot, asked, effect_id: turnEffectId(asked.session_id, asked.turn_index) };
  }
  const asked = input as GrantedCall;
  return { slot, asked, effect_id: toolEffectId(asked.session_id, asked.tool_call_index) };
}
