/**
 * One of the two processes of the recovery benchmark. Half of its sessions are in a model turn,
 * half in a tool call, and none of those ends: the first process is killed like that, and the
 * second one has caught up when as many effects are running again.
 */
import { createRuntime } from 'troupe';
import type { ModelAdapter } from 'troupe/kernel';
import { deskTools, WORKSPACE } from './desk.ts';
import { instantModel } from './instant-model.ts';

export type Role = 'doomed' | 'successor';
export type News = 'started' | 'ready' | 'in_flight';

const tell = (news: News): void => void process.send?.(news);

const [role, store = '', count = ''] = process.argv.slice(2);
const session_count = Number(count);
let in_flight_count = 0;

function neverEnding(): Promise<never> {
  in_flight_count += 1;
  if (in_flight_count === session_count) tell('in_flight');
  return new Promise(() => {});
}

const { executeTurn } = instantModel({ turns: 1, calls_per_turn: 1 });
const model: ModelAdapter = {
  executeTurn: (request, options) => {
    const isForTool = request.messages[0]?.content.startsWith('Tool');
    return isForTool ? executeTurn(request, options) : neverEnding();
  },
};

tell('started');
const tools = deskTools(neverEnding);
const { sessions } = await createRuntime({ workspace: WORKSPACE, store, model, tools });
tell('ready');
if (role === 'doomed') {
  const start = (_: unknown, index: number): Promise<unknown> =>
    sessions.start({ message: index % 2 === 0 ? 'Tool call' : 'Model turn' });
  await Promise.all(Array.from({ length: session_count }, start));
}
