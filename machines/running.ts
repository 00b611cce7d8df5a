/** What runs where a machine stands: it follows from state and context, and from no record. */
import type { AnyStateMachine } from 'xstate';
import { nameOf, stateNodes } from './describe.ts';

/** An effect as a state has it run. */
export interface RunningEffect {
  readonly id: string;
  readonly src: string;
  readonly input: unknown;
}

type InputOf = (standing: { readonly context: unknown }) => unknown;

/** Lists the effects that run in the state with this path (`tool_request.executing`). */
export function effectsIn(
  machine: AnyStateMachine,
  path: string,
  context: unknown,
): readonly RunningEffect[] {
  const node = stateNodes(machine).find((one) => one.path.join('.') === path);
  return (node?.invoke ?? []).map(({ id, src, input }) => ({
    id,
    src: nameOf(src),
    input: typeof input === 'function' ? (input as InputOf)({ context }) : input,
  }));
}
