/** The desk of a scenario: one store, one clock, and one runtime after the other. */
import { createRuntime, type Runtime, type RuntimeOptions, type SessionHandle } from 'troupe';
import type { Approval, EvidenceEntry, SessionSummary, Store } from 'troupe/kernel';
import { manualClock, scriptedModel, seededIds } from 'troupe/testing';
import { readHistory, type Effect, type History } from '../support/history.ts';
import { recordedTool } from '../support/recorded-tool.ts';
import type { StoreKeeper } from '../support/stores.ts';
import { ALLOW } from './desk.ts';

export type Script = Parameters<typeof scriptedModel>[0];

export interface DeskOptions {
  /** Whether every wait for a session is also a restart behind each of its effects. */
  readonly isRestarting: boolean;
  readonly onRestarted: (before: History, after: History) => void;
}

/** A scenario has one session, unless it says otherwise. */
const SESSION = 's';
const isBusy = ({ tags }: SessionSummary): boolean => tags.includes('busy');

export class ScenarioDesk {
  readonly clock = manualClock();
  readonly #keeper: StoreKeeper;
  readonly #desk: DeskOptions;
  readonly #ids = seededIds(1);
  readonly #effects: Effect[] = [];
  #options: RuntimeOptions = {};
  #store: Store | undefined;
  #runtime: Runtime | undefined;
  /** The first start of an effect in this life. */
  #begun: Promise<void> = Promise.resolve();

  constructor(keeper: StoreKeeper, options: DeskOptions) {
    this.#keeper = keeper;
    this.#desk = options;
  }

  /** The runtime of now: the next wait may replace it. */
  get runtime(): Runtime {
    if (!this.#runtime) throw new Error('the desk is not open');
    return this.#runtime;
  }

  /** The runs of tools so far, as the tools tell of them. */
  get effects(): readonly Effect[] {
    return this.#effects;
  }

  /** Opens the desk, or opens it again with another script and other furniture. */
  async open(script: Script, options: RuntimeOptions = {}): Promise<void> {
    if (this.#runtime) await this.#leave();
    const tools = (options.tools ?? []).map((tool) => recordedTool(tool, this.#effects));
    this.#options = { policy: [ALLOW], model: scriptedModel(script), ...options, tools };
    await this.#enter();
  }

  /** Ends the process without an outcome for what is in flight. */
  async crash(): Promise<void> {
    await this.runtime.close(0);
  }

  /** Starts the session of the scenario. */
  async start(options: Parameters<Runtime['sessions']['start']>[0] = {}): Promise<void> {
    await this.runtime.sessions.start({ session_id: SESSION, message: 'go', ...options });
  }

  session(): Promise<SessionHandle> {
    return this.runtime.sessions.get(SESSION);
  }

  async summary(): Promise<SessionSummary> {
    return (await this.session()).summary();
  }

  /** Waits until the session rests; where the desk restarts, in as many lives as it has effects. */
  async settled(): Promise<SessionSummary> {
    if (!this.#desk.isRestarting) return (await this.session()).settled();
    await this.#restart();
    while (isBusy(await this.summary())) {
      await this.#nextEffect();
      await this.#restart();
    }
    return this.summary();
  }

  /** The approval that the session waits for. */
  async pending(): Promise<Approval> {
    const [request] = await this.runtime.approvals.list();
    if (!request) throw new Error('expected a pending approval');
    return request;
  }

  /** The kinds of the entries, tools by their names, without those of a mere restart. */
  async kinds(): Promise<string[]> {
    const entries = await Array.fromAsync(this.runtime.evidence.read(SESSION));
    return entries.filter(({ kind }) => kind !== 'session_resumed').map(told);
  }

  /** The contents of the tool messages, in order. */
  async toldToModel(): Promise<string[]> {
    const messages = await (await this.session()).messages();
    return messages.flatMap(({ role, content }) => (role === 'tool' ? [content] : []));
  }

  /** Closes the desk; answers everything that is left. */
  async end(): Promise<History> {
    if (this.#desk.isRestarting) await this.#restart();
    const history = await this.#leave();
    this.#runtime = undefined;
    return history;
  }

  async #restart(): Promise<void> {
    const before = await this.#leave();
    await this.#enter();
    this.#desk.onRestarted(before, await this.#history());
  }

  async #enter(): Promise<void> {
    const { clock } = this;
    const system = { clock, alarm: clock.alarm, ids: this.#ids };
    this.#store = await this.#keeper.open();
    const runtime = await createRuntime({
      ...this.#options,
      ...{ store: this.#store, system, recover: false },
    });
    this.#begun = firstStart(runtime);
    await runtime.recover();
    this.#runtime = runtime;
  }

  async #leave(): Promise<History> {
    await this.runtime.close();
    const history = await this.#history();
    await this.#keeper.close();
    return history;
  }

  #history(): Promise<History> {
    if (!this.#store) throw new Error('the desk is not open');
    return readHistory(this.#store, this.#effects, this.clock.now());
  }

  /** Answers when the session rests or the start of an effect is on disk. */
  async #nextEffect(): Promise<void> {
    const { sessions } = this.runtime;
    // It is told that the runtime was closed where the effect comes first.
    const rested = sessions.settled(SESSION).catch(() => {});
    await Promise.race([this.#begun, rested]);
  }
}

/** Resolves when this runtime has written down the start of an effect. */
function firstStart(runtime: Runtime): Promise<void> {
  return new Promise((resolve) => {
    runtime.subscribe((event) => {
      if (event.type === 'evidence' && event.entry.kind === 'tool_call_started') resolve();
    });
  });
}

function told(entry: EvidenceEntry): string {
  if (!('tool_name' in entry)) return entry.kind;
  const tool = entry.tool_name === 'agent:execute-turn' ? 'turn' : entry.tool_name;
  return `${entry.kind.replace('tool_call_', '')} ${tool}`;
}
