/**
 * One activated session: its actor, and the envelope that goes with every batch. The only place
 * that makes actors. What the machine does is written down in the turn of the event loop in which
 * it does it, so that no batch can fall between the two.
 */
import { createActor, type Actor, type InspectionEvent, type Observer } from 'xstate';
import {
  messageOf,
  RuntimeError,
  type Clock,
  type LimitReached,
  type SessionEntryKind,
  type Write,
} from '../../kernel/index.ts';
import type { sessionMachine } from '../../machines/index.ts';
import { type Envelope, type SessionInput } from '../../machines/index.ts';
import type { WallLimit } from './in-flight.ts';
import type { SessionFiles } from './session-files.ts';
import type { Standing } from './entry-states.ts';
import { isResting, stateDetail } from './summary.ts';
import { removeSessionWake, sessionWake } from './wakeup-records.ts';

export type Inspect = Observer<InspectionEvent> | ((event: InspectionEvent) => void);

export interface LiveParts {
  readonly machine: typeof sessionMachine;
  readonly clock: Clock;
  readonly inspect?: Inspect | undefined;
  /** A wakeup record with this instant was staged. */
  /** The machine came to rest, or ended. */
  readonly onRest: (live: LiveSession) => void;
}

/** With what an activation begins: a new session, or one as it was saved. */
export type SessionOrigin = { readonly input: SessionInput } | { readonly saved: Envelope };

export class LiveSession {
  readonly files: SessionFiles;
  readonly actor: Actor<typeof sessionMachine>;
  readonly #parts: LiveParts;
  /** The state that the last batch took with it, and the last one that was told. */
  #drained: string;
  #told: string;
  #detail: string;
  #due_at: number | undefined;
  #isStarted = false;
  #isRunning: boolean | undefined;
  #limit: { readonly limit: LimitReached } | undefined;

  constructor(files: SessionFiles, parts: LiveParts, origin: SessionOrigin) {
    this.files = files;
    this.#parts = parts;
    const saved = 'saved' in origin ? origin.saved.snapshot : undefined;
    const input = 'input' in origin ? origin.input : { session_id: files.session_id };
    this.actor = createActor(parts.machine, {
      id: files.session_id,
      input,
      ...(parts.inspect && { inspect: parts.inspect }),
      ...(saved && { snapshot: saved as never }),
    });
    assertRestored(this.actor.getSnapshot());
    this.#detail = saved ? stateDetail(saved.value) : '';
    this.#drained = this.#detail;
    this.#told = this.#detail;
    const { wake_at } = this.actor.getSnapshot().context;
    this.#due_at = saved && wake_at !== null ? Date.parse(wake_at) : undefined;
    files.journal.envelope = () => this.#envelope();
    files.journal.standing = () => this.#standing();
  }

  get session_id(): string {
    return this.files.session_id;
  }

  get detail(): string {
    return this.#detail;
  }

  /** Whether it moves; what was only just restored does not yet. */
  get isStarted(): boolean {
    return this.#isStarted;
  }

  isResting(): boolean {
    return isResting(this.#detail);
  }

  start(): void {
    this.#isStarted = true;
    this.actor.subscribe({ next: () => this.#moved(), complete: () => this.#moved() });
    this.actor.start();
    this.#moved();
    if (this.isResting()) this.#parts.onRest(this);
  }

  /** Tells the state that has reached the disk, if it is another one than was told last. */
  tell(telling: (from: string, to: string) => void): void {
    const from = this.#told;
    if (this.#drained === from) return;
    this.#told = this.#drained;
    telling(from, this.#told);
  }

  /** What is left of the wall time, and what happens when an effect uses it up. */
  wallLimit(): WallLimit {
    const { limits, busy_ms } = this.actor.getSnapshot().context;
    const limit = 'max_wall_ms_per_session';
    const max = limits[limit];
    if (max === undefined) return { left_ms: undefined, onReached: () => {} };
    const onReached = (): void => {
      const reached = { limit, max, value: max } as const;
      this.noteLimit(reached);
      this.actor.send({ type: 'limit.reached', ...reached });
    };
    return { left_ms: Math.max(0, max - busy_ms), onReached };
  }

  /** Takes note of a limit that the machine is about to hear of and that no entry tells of. */
  noteLimit({ limit, max, value }: LimitReached): void {
    this.#limit = { limit: { limit, max, value } };
  }

  #moved(): void {
    const snapshot = this.actor.getSnapshot();
    const detail = stateDetail(snapshot.value);
    const from = this.#detail;
    if (detail === from) return;
    this.#detail = detail;
    if (this.#due_at !== undefined) this.#unschedule(this.#due_at);
    const { escalation, completion, wake_at } = snapshot.context;
    if (detail === 'scheduled') this.#schedule(from, wake_at ?? '');
    if (detail === 'awaiting_turn.paused') this.#record('session_paused', from, {});
    if (detail === 'escalate') {
      this.#record('session_escalated', from, { ...escalation, ...this.#limit });
    }
    if (detail === 'complete') this.#record('session_completed', from, { completion });
    this.#limit = undefined;
    if (this.isResting()) this.#parts.onRest(this);
  }

  /** Writes down a move of the machine; one that begins nowhere is its first. */
  #record(kind: SessionEntryKind, from: string, details: Record<string, unknown>): void {
    const { run_id, task_id } = this.files.start;
    const moved = from === '' ? {} : { state_before: from };
    this.files.journal.stage({ kind, run_id, task_id, ...moved, details });
  }

  #standing(): Standing {
    const { value, context } = this.actor.getSnapshot();
    return { detail: stateDetail(value), value, context };
  }

  #schedule(from: string, wake_at: string): void {
    this.#due_at = Date.parse(wake_at);
    this.#record('session_scheduled', from, { wake_at });
    this.files.journal.stageWrites([sessionWake(this.session_id, this.#due_at)]);
  }

  #unschedule(due_at: number): void {
    this.#due_at = undefined;
    this.files.journal.stageWrites([removeSessionWake(this.session_id, due_at)]);
  }

  #envelope(): readonly Write[] {
    const { session_id, start } = this.files;
    const { id, version } = this.#parts.machine;
    const envelope = {
      schema_version: 1,
      machine_id: id,
      machine_version: version,
      saved_at: new Date(this.#parts.clock.now()).toISOString(),
      created_at: start.created_at,
      driver: start.driver,
      snapshot: this.actor.getPersistedSnapshot(),
    };
    this.#drained = this.#detail;
    const record: Write = { kind: 'session', key: [session_id], value: JSON.stringify(envelope) };
    const isAtWork = !this.isResting() || this.files.journal.openEffects().length > 0;
    const isRunning = start.driver === 'runtime' && isAtWork;
    if (isRunning === this.#isRunning) return [record];
    this.#isRunning = isRunning;
    return [record, { kind: 'running', key: [session_id], value: isRunning ? '' : null }];
  }
}

/** XState keeps what went wrong with a snapshot as an actor that is in an error from the start. */
function assertRestored(snapshot: { readonly status: string; readonly error: unknown }): void {
  if (snapshot.status !== 'error') return;
  const message = `The saved snapshot does not restore: ${messageOf(snapshot.error)}`;
  throw new RuntimeError('SESSION_NOT_RESTORABLE', message, { cause: snapshot.error });
}
