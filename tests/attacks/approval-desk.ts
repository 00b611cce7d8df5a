/**
 * A desk where a note is posted only when a person agrees, by calls of a host and by sessions whose
 * model wants nothing else; its clock and its store are in the hand of an attacker.
 */
import { expect } from 'vitest';
import { createRuntime, type Runtime, type RuntimeOptions } from 'troupe';
import { memoryStore } from 'troupe/adapters';
import {
  compileRule,
  ruleDefinition,
  type PolicyLayer,
  type RecordKey,
  type RecordKind,
} from 'troupe/kernel';
import { manualClock, scriptedModel } from 'troupe/testing';
import { asks, writes } from '../scenarios/desk.ts';

export const LIFE_MS = 24 * 60 * 60_000;
export const TOOL = 'notes:post';
export const TURNS: PolicyLayer = { level: 'workspace', default_decision: 'allow', rules: [] };
export const ASKS: readonly PolicyLayer[] = [TURNS, asks(TOOL)];

/** What asks for approval on these terms. */
export const asksOn = (approval: object): readonly PolicyLayer[] => [
  TURNS,
  {
    level: 'task',
    rules: [
      compileRule(
        ruleDefinition.parse({
          ...{ id: 'ask', decision: 'approval_required', tools: [TOOL] },
          approval,
        }),
      ),
    ],
  },
];

/** The code of what was thrown. */
export const codeOf = (error: unknown): string =>
  (error as { code?: string } | undefined)?.code ?? String(error);

export class ApprovalDesk {
  readonly clock = manualClock();
  readonly store = memoryStore();
  /** The notes that were posted. */
  readonly ran: string[] = [];
  policy: readonly PolicyLayer[];
  #runtime: Runtime | undefined;

  constructor(policy: readonly PolicyLayer[] = ASKS) {
    this.policy = policy;
  }

  get runtime(): Runtime {
    if (!this.#runtime) throw new Error('the desk is not open');
    return this.#runtime;
  }

  /** Opens the desk, or opens it again as the next process would. */
  async open(options: RuntimeOptions = {}): Promise<void> {
    await this.#runtime?.close();
    const { store, clock, ran, policy } = this;
    this.#runtime = await createRuntime({
      ...{ store, policy, tools: [writes(ran, TOOL)] },
      system: { clock, alarm: clock.alarm },
      // Asks for the note of its first message, and is content with whatever it is told.
      model: scriptedModel(({ messages }) =>
        messages.at(-1)?.role === 'tool'
          ? { complete: 'Done.' }
          : { tool: TOOL, input: { text: messages.at(-1)?.content } },
      ),
      ...options,
    });
  }

  /** Calls as a host; answers `ran` or the code of the refusal. */
  async call(text: unknown = 'a', session_id = 'host'): Promise<string> {
    const context = { run_id: 'run', task_id: 'task', session_id };
    const input = typeof text === 'string' ? { text } : text;
    const { success, error } = await this.runtime.executeTool(TOOL, input, context);
    return success ? 'ran' : (error?.code ?? 'failed');
  }

  /** Calls as a host, and answers which approval it waits for. */
  async ask(text = 'a', session_id = 'host'): Promise<string> {
    const before = await this.pending();
    const answer = await this.call(text, session_id);
    if (answer !== 'APPROVAL_REQUIRED') throw new Error(`${text} is not asked about: ${answer}`);
    const [request_id = ''] = (await this.pending()).filter((id) => !before.includes(id));
    return request_id;
  }

  /** Starts a session that wants to post a note, and answers which approval it waits for. */
  async wait(text = 'a', session_id = 's'): Promise<string> {
    const session = await this.runtime.sessions.start({ session_id, message: text });
    const { pending_request_id = '' } = await session.settled();
    return pending_request_id;
  }

  async pending(): Promise<readonly string[]> {
    return (await this.runtime.approvals.list()).map(({ request_id }) => request_id);
  }

  /** Decides as a person; answers `resolved` or the code of the refusal. */
  resolve(request_id: string, change: object = {}): Promise<string> {
    return this.runtime
      .resolveApproval({ request_id, approved: true, approved_by: 'ana', ...change })
      .then(() => 'resolved', codeOf);
  }

  /** Changes a stored record behind the back of everybody. */
  async forge(kind: RecordKind, key: RecordKey, change: (value: string) => string): Promise<void> {
    const value = await this.store.get(kind, key);
    if (value === undefined) throw new Error(`there is no ${kind} ${key.join('/')}`);
    const forged = change(value);
    if (forged === value) throw new Error(`nothing of ${kind} ${key.join('/')} was changed`);
    await this.store.commit([{ kind, key, value: forged }]);
  }

  /** The same, member by member. */
  forgeApproval(request_id: string, change: object, session_id = 'host'): Promise<void> {
    return this.forge('approval', [session_id, request_id], (value) =>
      JSON.stringify({ ...(JSON.parse(value) as object), ...change }),
    );
  }

  /** Closes the desk; answers what verification objects to, by session. */
  async leave(): Promise<readonly string[]> {
    const objections: string[] = [];
    for (const session_id of ['host', 'other', 's', 's2']) {
      const result = await this.runtime.evidence.verify(session_id);
      if (!result.ok) objections.push(`${session_id}: ${result.problem.message}`);
    }
    await this.runtime.close();
    return objections;
  }
}

/** One attack. */
export interface Row {
  readonly name: string;
  /** Attacks an open desk; answers what it was told. */
  readonly attack: (desk: ApprovalDesk) => Promise<unknown>;
  readonly told: unknown;
  /** The notes that were posted in the end. */
  readonly ran?: readonly string[];
}

/** Plays a row; nothing runs but what it says, and the evidence of all of it verifies. */
export async function play({ attack, told, ran = [] }: Row): Promise<void> {
  const desk = new ApprovalDesk();
  await desk.open();
  expect(await attack(desk)).toEqual(told);
  expect(desk.ran).toEqual(ran);
  expect(await desk.leave()).toEqual([]);
}
