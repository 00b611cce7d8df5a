/** The simulated world: one disk, one clock, and a process that lives, fails and dies on them. */
import { createRuntime, type Runtime } from 'troupe';
import type { Kernel, Store } from 'troupe/kernel';
import { manualClock, memoryStore, seededIds } from 'troupe/testing';
import { internalsOf } from '../../src/runtime/runtime.ts';
import { changesBetween, violationsOf } from '../support/checkers/index.ts';
import { readHistory, type Effect, type History } from '../support/history.ts';
import { diceOf, type Dice } from './dice.ts';
import { simulatedModel } from './model.ts';
import { mortalStore, type Bend, type MortalStore } from './mortal-store.ts';
import { POLICY, simulatedTools, STRICTER, TOOL_NAMES } from './tools.ts';

/** What is wrong with a world on purpose, so that the checkers have something to find. */
export interface Flaw {
  readonly bend?: Bend;
  /** Replaces verbs of the kernel, given the sound ones. */
  readonly kernel?: (kernel: Kernel) => Partial<Kernel>;
}

const GRACE_MS = 5_000;
/** Longer than anything that a world waits for. */
const ALL_INSTANTS_MS = 100 * 60 * 60_000;
/** So many pauses are enough for every call that still has to end. */
const PAUSES_MAX = 50;
/** Turns of the event loop in which everything that can happen by itself has happened. */
const QUIET_TURNS = 300;

export class World {
  readonly dice: Dice;
  readonly clock = manualClock();
  /** What happened, for whoever has to understand a failure. */
  readonly trace: string[] = [];
  readonly violations: string[] = [];
  /** Every session and every request that was ever seen: old ones are tried again. */
  readonly session_ids: string[] = [];
  readonly request_ids = new Set<string>();
  readonly #disk: Store = memoryStore();
  readonly #effects: Effect[] = [];
  readonly #ids = seededIds(1);
  readonly #flaw: Flaw;
  /** Percent of the lives that begin under a stricter policy. */
  readonly #strictness: number;
  readonly #model: ReturnType<typeof simulatedModel>;
  #store: MortalStore | undefined;
  #runtime: Runtime | undefined;

  constructor(seed: number, flaw: Flaw = {}) {
    this.dice = diceOf(seed, 'world');
    this.#flaw = flaw;
    this.#strictness = this.dice.pick([0, 0, 30]);
    this.#model = simulatedModel(
      seed,
      TOOL_NAMES.filter(() => this.dice.chance(70)),
    );
  }

  get runtime(): Runtime {
    if (!this.#runtime) throw new Error('nobody lives in this world');
    return this.#runtime;
  }

  tell(what: string): void {
    this.trace.push(`${this.trace.length} ${what}`);
  }

  /** Lets so many turns of the event loop go by. */
  async turn(count: number): Promise<void> {
    for (let left = count; left > 0; left -= 1) {
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Begins a life, and takes up what the last one left. */
  async live(): Promise<void> {
    const { clock } = this;
    this.#store = mortalStore(this.#disk, this.#flaw.bend);
    const policy = this.dice.chance(this.#strictness) ? STRICTER : POLICY;
    this.#runtime = await createRuntime({
      ...{ store: this.#store, model: this.#model, policy, recover: false },
      tools: simulatedTools(clock, this.#effects),
      system: { clock, alarm: clock.alarm, ids: this.#ids, environment: {} },
    });
    const kernel = internalsOf(this.#runtime)?.lanes.hostKernel;
    if (kernel) Object.assign(kernel, this.#flaw.kernel?.({ ...kernel }));
    await this.#runtime.recover();
  }

  /** Ends the life on the spot, and begins another one. */
  async crash(): Promise<void> {
    this.#store?.die();
    await this.#again();
  }

  /** Closes in good order: what runs may end, and is cut off when the grace is over. */
  async restart(): Promise<void> {
    const closing = this.runtime.close(GRACE_MS);
    await this.turn(this.dice.between(0, 20));
    this.clock.advance(GRACE_MS);
    await closing;
    await this.#again();
  }

  failNextCommit(): void {
    this.#store?.failNext();
  }

  /** Has every session come to rest and every instant come, and judges what is left. */
  async end(): Promise<void> {
    // Half of the worlds end in the life that they are in: there, no start mends anything. What a
    // refused batch left behind does wait for the next start.
    const isMended = this.dice.chance(50);
    if (isMended || this.#store?.isFaulty()) await this.crash();
    await this.turn(QUIET_TURNS);
    await this.#pass(ALL_INSTANTS_MS);
    for (let left = PAUSES_MAX; left > 0 && (await this.#busy()).length > 0; left -= 1) {
      await this.#pass(60_000);
    }
    const stuck = await this.#busy();
    this.violations.push(...stuck.map((id) => `rest: ${id} never comes to rest`));
    await this.runtime.close(0);
    this.violations.push(...(await violationsOf(await this.#history(this.clock.now()))));
  }

  async #pass(duration_ms: number): Promise<void> {
    this.clock.advance(duration_ms);
    await this.turn(QUIET_TURNS);
  }

  async #busy(): Promise<readonly string[]> {
    const summaries = await this.runtime.sessions.list();
    return summaries.flatMap(({ session_id, tags }) => (tags.includes('busy') ? [session_id] : []));
  }

  async #again(): Promise<void> {
    // Wakeups may be due and not yet done at the moment of a death.
    const before = await this.#history(0);
    this.violations.push(...(await violationsOf(before)));
    await this.live();
    this.violations.push(...changesBetween(before, await this.#history(this.clock.now())));
  }

  #history(now: number): Promise<History> {
    return readHistory(this.#disk, this.#effects, now);
  }
}
