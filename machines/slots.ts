/** Typed holes of a machine: what it needs done, without knowing who does it. */
import { fromPromise, type PromiseActorLogic } from 'xstate';
import { RuntimeError } from '../kernel/index.ts';

/**
 * Declares an effect by name. Until a host provides it the machine can be drawn, enumerated and
 * restored, and running into it fails with ACTOR_NOT_PROVIDED.
 */
export function slot<Output, Input>(name: string): PromiseActorLogic<Output, Input> {
  return fromPromise<Output, Input>(() =>
    Promise.reject(
      new RuntimeError('ACTOR_NOT_PROVIDED', `No actor was provided for the slot ${name}`),
    ),
  );
}
