/** Plays one seed: a world, a swarm of actions, and what the checkers say of the end. */
import { ACTIONS, outcomeOf, REPLACING, type Action } from './actions.ts';
import { World, type Flaw } from './world.ts';

export interface Simulated {
  readonly seed: number;
  readonly violations: readonly string[];
  readonly trace: readonly string[];
}

/** Actions of one world. */
const ACTIONS_MIN = 20;
const ACTIONS_MAX = 60;
/** Turns of the event loop that go by between two actions, at most. */
const PAUSE_MAX = 25;

/** Plays the world of a seed to its end, with a flaw where one is given. */
export async function simulate(seed: number, flaw?: Flaw): Promise<Simulated> {
  const world = new World(seed, flaw);
  const { dice } = world;
  // Each world lacks some actions: what is rare among all of them gets its turn among few.
  const swarm = ACTIONS.filter(([, name]) => name === 'start' || dice.chance(75));
  await world.live();
  for (let left = dice.between(ACTIONS_MIN, ACTIONS_MAX); left > 0; left -= 1) {
    const [, name, act] = dice.weighted(swarm.map((action) => [action[0], action] as const));
    await perform(world, name, act);
    await world.turn(dice.between(0, PAUSE_MAX));
  }
  await world.end();
  return { seed, violations: [...new Set(world.violations)], trace: world.trace };
}

/** An action need not come to its end before the next one; only a new process is waited for. */
async function perform(world: World, name: string, act: Action[2]): Promise<void> {
  world.tell(name);
  const done = act(world).then(
    () => {},
    (error: unknown) => world.tell(`${name}: ${outcomeOf(error)}`),
  );
  if (REPLACING.includes(name)) await done;
}
