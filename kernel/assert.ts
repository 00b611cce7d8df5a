/** Checks on ourselves. What they throw is a bug, never an operating failure: nobody catches it. */

export class InvariantError extends Error {
  override readonly name = 'InvariantError';
}

/** States what must hold here; the message says why it must. */
export function invariant(condition: unknown, why: string): asserts condition {
  if (!condition) throw new InvariantError(why);
}

/** Closes a switch over a union: a new member does not compile until it is handled. */
export function assertNever(value: never): never {
  throw new InvariantError(`unhandled case ${JSON.stringify(value)}`);
}
