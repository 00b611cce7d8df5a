/** Sessions as a host works with them, parked or live alike. */
import { z } from 'zod';
import {
  contentHash,
  escalationAnswer,
  message as messageSchema,
  RuntimeError,
  stageSuperseded,
  type EscalationAnswer,
  type Message,
  type SessionSummary,
} from '../../kernel/index.ts';
import type { SessionEvent } from '../../machines/index.ts';
import { answerEscalation } from './escalations.ts';
import { SessionHandle } from './session-handle.ts';
import { forkSession, type ForkOptions, type ForkParts } from './fork.ts';
import { listSummaries, readSummary, type SessionFilter } from './session-records.ts';
import type { SessionFiles } from './session-files.ts';
import type { SessionStart } from './session-start.ts';
import type { OnDamage } from './codec.ts';
import { firstMessages, parse, startOptions, type StartOptions } from './session-options.ts';
import { record, recording, stageBeginning } from './session-entries.ts';
import type { EventStream } from './event-stream.ts';
import type { Lanes } from './lanes.ts';
import type { Evidence } from './evidence.ts';

export interface SessionsParts extends ForkParts {
  readonly events: EventStream;
  readonly evidence: Evidence;
  readonly lanes: Lanes;
  readonly onDamage: OnDamage;
}

export class Sessions {
  readonly #parts: SessionsParts;

  constructor(parts: SessionsParts) {
    this.#parts = parts;
  }

  /**
   * Starts a session; answers when it is on disk, while its first turn runs.
   * @throws RuntimeError INVALID_INPUT, CONFIGURATION_ERROR (no such lane or model profile),
   * SESSION_EXISTS, STORE_WRITE_FAILED
   */
  async start(given: StartOptions): Promise<SessionHandle> {
    const options = parse(startOptions, given, 'Session');
    const { clock, ids, actors, lanes, models, run_id } = this.#parts;
    const lane_id = lanes.idFor(options.lane);
    const { model_profile = models.default_profile } = options;
    models.assertKnown(model_profile);
    const session_id = options.session_id ?? ids.next('session');
    const messages = firstMessages(options);
    if (messages.length === 0) {
      throw new RuntimeError('INVALID_INPUT', 'Session: expected a message or messages, got none');
    }
    const start: SessionStart = {
      schema_version: 1,
      session_id,
      task_id: options.task_id ?? session_id,
      run_id,
      created_at: new Date(clock.now()).toISOString(),
      driver: 'runtime',
      ...(lane_id !== undefined && { lane_id }),
      model_profile,
      stream: options.stream ?? false,
      ...(options.limits && { limits: options.limits }),
      ...(options.metadata && { metadata: options.metadata }),
    };
    const input = {
      limits: this.#parts.effectiveLimits(options.limits),
      turns_left: options.max_turns ?? null,
      wake_at: options.wake_at ?? null,
    };
    await actors.create(
      start,
      { ...input, session_id },
      {
        stage: (files) => stageBeginning(files, messages, { input }),
      },
    );
    return this.#handle(session_id);
  }

  /**
   * Starts a session that goes on from a point of another one: with its conversation and its counts
   * up to there. It waits, or has the model answer `message`; the old session stays as it is.
   * @throws RuntimeError SESSION_NOT_FOUND, INVALID_INPUT (no such point; the nearest are named),
   * SESSION_EXISTS, REPLAY_NOT_POSSIBLE, REPLAY_DIFFERS
   */
  async fork(options: ForkOptions): Promise<SessionHandle> {
    const session_id = await forkSession(this.#parts, options);
    if (options.message !== undefined) await this.send(session_id, options.message);
    return this.#handle(session_id);
  }

  /** @throws RuntimeError SESSION_NOT_FOUND */
  async get(session_id: string): Promise<SessionHandle> {
    await readSummary(this.#parts.store, session_id);
    return this.#handle(session_id);
  }

  /**
   * The sessions of the store in the order of their ids; 1,000 at most unless said otherwise. One
   * with damaged records is left out, and a `failure` event tells of it.
   */
  list(filter?: SessionFilter): Promise<SessionSummary[]> {
    return listSummaries(this.#parts, filter);
  }

  summary(session_id: string): Promise<SessionSummary> {
    return readSummary(this.#parts.store, session_id);
  }

  settled(session_id: string): Promise<SessionSummary> {
    return this.#parts.actors.settled(session_id);
  }

  /**
   * Adds a message, and has the model take its turn. It is taken where the session waits for one:
   * while it is busy, await `settled()` first.
   * @throws RuntimeError SESSION_NOT_FOUND, EVENT_NOT_ACCEPTED, INVALID_INPUT
   */
  async send(session_id: string, given: string | Message): Promise<void> {
    const said = typeof given === 'string' ? { role: 'user', content: given } : given;
    const received = parse(messageSchema, said, 'Message');
    await this.#parts.actors.deliver(
      session_id,
      { type: 'message.received' },
      {
        stage: (files) => {
          record(files, 'session_message', { content_hash: contentHash(received) });
          files.transcript.append(received);
          return undefined;
        },
      },
    );
  }

  /**
   * Lets a paused session run on, for so many turns or without a budget. One that was interrupted
   * goes on where it stood, and a scheduled one whose instant has passed is woken.
   * @throws RuntimeError SESSION_NOT_FOUND, EVENT_NOT_ACCEPTED
   */
  async resume(session_id: string, max_turns?: number): Promise<void> {
    const { actors, store, clock } = this.#parts;
    const { tags, state, wake_at = '' } = await readSummary(store, session_id);
    if (tags.includes('busy') && !actors.active(session_id)) {
      await actors.activate(session_id, { stage: recording('session_resumed') });
      return;
    }
    const isDue = state === 'scheduled' && Date.parse(wake_at) <= clock.now();
    const event: SessionEvent = isDue
      ? { type: 'wakeup.due' }
      : { type: 'session.continue', turns_left: max_turns ?? null };
    await actors.deliver(session_id, event, { stage: recording('session_resumed', { event }) });
  }

  /** Has an idle session take its next turn at an instant. */
  async schedule(session_id: string, wake_at: string): Promise<void> {
    const instant = parse(z.iso.datetime({ offset: true }), wake_at, 'wake_at');
    await this.#parts.actors.deliver(session_id, { type: 'session.schedule', wake_at: instant });
  }

  /** Ends a session in any state and stops its effect in flight. */
  async cancel(session_id: string, why: CancelOptions = {}): Promise<void> {
    await this.#parts.actors.deliver(
      session_id,
      { type: 'session.cancel' },
      {
        stage: (files) => {
          record(files, 'session_canceled', { by: why.by, reason: why.reason });
          this.#dropApprovals(files, 'the session was canceled');
          return undefined;
        },
      },
    );
  }

  /**
   * Answers an escalated session.
   * @throws RuntimeError EVENT_NOT_ACCEPTED, INVALID_INPUT
   */
  async answer(session_id: string, given: EscalationAnswer, by?: string): Promise<void> {
    const answer = parse(escalationAnswer, given, 'Answer');
    const { actors, effectiveLimits } = this.#parts;
    await answerEscalation({ actors, effectiveLimits }, session_id, answer, (files, limits) => {
      const { action } = answer;
      const details = { ...answer, limits };
      record(files, 'escalation_answered', { by, reason: action, details });
      if (action === 'abandon') this.#dropApprovals(files, 'the session was abandoned');
    });
  }

  #handle(session_id: string): SessionHandle {
    const { events, evidence, store } = this.#parts;
    return new SessionHandle(session_id, { sessions: this, events, evidence, store });
  }

  #dropApprovals({ journal }: SessionFiles, reason: string): void {
    for (const approval of journal.liveApprovals()) {
      stageSuperseded(journal, approval, reason, this.#parts.clock);
    }
  }
}

export interface CancelOptions {
  readonly by?: string;
  readonly reason?: string;
}
