/** What people, time and bad luck do to the world, each as one action with its weight. */
import { isRuntimeError } from 'troupe';
import type { EscalationAnswer, Limits } from 'troupe/kernel';
import type { World } from './world.ts';

type Act = (world: World) => Promise<unknown>;
export type Action = readonly [weight: number, name: string, act: Act];

const MINUTE_MS = 60_000;
const SESSIONS_MAX = 6;

/** Where there is nobody to do it to. */
const NOTHING: Promise<unknown> = Promise.resolve();

const onSession =
  (act: (session_id: string, world: World) => Promise<unknown>): Act =>
  (world) =>
    world.session_ids.length === 0 ? NOTHING : act(world.dice.pick(world.session_ids), world);

/** Decides on a request that is pending, or on one that was. */
const onRequest =
  (decide: (world: World) => object): Act =>
  async (world) => {
    const { runtime, dice, request_ids } = world;
    for (const { request_id } of await runtime.approvals.list()) request_ids.add(request_id);
    if (request_ids.size === 0) return;
    const request_id = dice.pick([...request_ids].slice(-4));
    const decision = { request_id, approved: true, approved_by: 'ana', ...decide(world) };
    await runtime.resolveApproval(decision);
  };

export const ACTIONS: readonly Action[] = [
  [4, 'start', start],
  [6, 'send', onSession((id, { runtime }) => runtime.sessions.send(id, `more for ${id}`))],
  [8, 'approve', onRequest(() => ({}))],
  [4, 'decline', onRequest(() => ({ approved: false, reason: 'not today' }))],
  [2, 'edit', onRequest(() => ({ edited_input: { text: 'as edited' } }))],
  [2, 'cancel', onSession((id, { runtime }) => runtime.sessions.cancel(id, { by: 'ana' }))],
  [8, 'answer', onSession(answer)],
  [3, 'schedule', onSession((id, world) => world.runtime.sessions.schedule(id, soon(world)))],
  [2, 'fork', onSession(fork)],
  [3, 'resume', onSession((id, { runtime }) => runtime.sessions.resume(id))],
  [8, 'pass', pass],
  [1, 'expire', (world) => advance(world, 25 * 60 * MINUTE_MS)],
  [5, 'crash', (world) => world.crash()],
  [2, 'restart', (world) => world.restart()],
  [1, 'fault', (world) => Promise.resolve(world.failNextCommit())],
];

/** These make a new process: whoever acts next has to wait for it. */
export const REPLACING: readonly string[] = ['crash', 'restart'];

/** What came of an action, for the trace. */
export const outcomeOf = (error: unknown): string =>
  isRuntimeError(error) ? error.code : String(error);

async function start(world: World): Promise<void> {
  const { dice, session_ids, runtime } = world;
  if (session_ids.length >= SESSIONS_MAX) return;
  const session_id = `session-${session_ids.length}`;
  session_ids.push(session_id);
  await runtime.sessions.start({
    ...{ session_id, message: `go, ${session_id}` },
    ...(dice.chance(50) && { limits: limits(world) }),
    ...(dice.chance(20) && { wake_at: soon(world) }),
    ...(dice.chance(20) && { max_turns: dice.between(0, 2) }),
  });
}

async function fork(session_id: string, { runtime, dice, session_ids }: World): Promise<void> {
  if (session_ids.length >= SESSIONS_MAX) return;
  const new_session_id = `session-${session_ids.length}`;
  session_ids.push(new_session_id);
  await runtime.sessions.fork({
    ...{ session_id, new_session_id },
    ...(dice.chance(50) && { message: `more for ${new_session_id}` }),
    ...(dice.chance(30) && { at: dice.between(0, 12) }),
  });
}

function limits({ dice }: World): Limits {
  return dice.pick([
    { max_turns_per_session: dice.between(1, 4) },
    { max_tool_calls_per_session: dice.between(1, 4) },
    { max_tokens_per_session: dice.between(1, 100) },
    { max_wall_ms_per_session: dice.between(1_000, 12_000) },
  ]);
}

function answer(session_id: string, { runtime, dice }: World): Promise<void> {
  const given: EscalationAnswer = dice.weighted([
    [3, { action: 'continue' }],
    [2, { action: 'continue', message: 'this way' }],
    [4, { action: 'retry' }],
    [2, { action: 'use_result', output: { seen: true } }],
    [1, { action: 'abandon' }],
  ]);
  return runtime.sessions.answer(session_id, given, 'ana');
}

const soon = ({ clock, dice }: World): string =>
  new Date(clock.now() + dice.between(0, 90) * MINUTE_MS).toISOString();

async function advance({ clock }: World, duration_ms: number): Promise<void> {
  clock.advance(duration_ms);
}

function pass(world: World): Promise<void> {
  return advance(world, world.dice.pick([1, 1_000, 2_500, 6_000, MINUTE_MS, 60 * MINUTE_MS]));
}
