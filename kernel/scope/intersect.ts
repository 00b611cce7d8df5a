/**
 * Intersects two patterns of one small family, exactly: sequences of atoms in which a star stands
 * for any number of atoms. Paths are such sequences (segments and `**`), and so are the segments
 * themselves (characters and `*`).
 */

export interface Alphabet<Atom> {
  readonly isStar: (atom: Atom) => boolean;
  /** The atoms that match what both match; neither of the two is a star. */
  readonly meet: (a: Atom, b: Atom) => readonly Atom[];
}

/** Thrown inside, answered as undefined: what is too tangled to intersect is not granted. */
class TooMany extends Error {}

/**
 * Answers the sequences that together match exactly what `a` and `b` both match: none where
 * nothing does, and undefined where they would be more than `most`.
 */
export function intersectSequences<Atom>(
  alphabet: Alphabet<Atom>,
  a: readonly Atom[],
  b: readonly Atom[],
  most: number,
): readonly (readonly Atom[])[] | undefined {
  let steps = most * STEPS_PER_RESULT;
  const { isStar, meet } = alphabet;
  const matchesEmpty = (rest: readonly Atom[]) => (rest.every(isStar) ? [[]] : []);
  const behind = (first: Atom, rests: readonly (readonly Atom[])[]) =>
    rests.map((rest) => [first, ...rest]);

  function both(x: readonly Atom[], y: readonly Atom[]): readonly (readonly Atom[])[] {
    steps -= 1;
    if (steps < 0) throw new TooMany();
    const [first, ...restX] = x;
    const [other, ...restY] = y;
    if (first === undefined) return matchesEmpty(y);
    if (other === undefined) return matchesEmpty(x);
    if (isStar(first) && isStar(other)) {
      // One of the two stars takes at least as much as the other, which then takes no more.
      return [...behind(first, both(restX, y)), ...behind(first, both(x, restY))];
    }
    if (isStar(first)) return [...both(restX, y), ...behind(other, both(x, restY))];
    if (isStar(other)) return [...both(x, restY), ...behind(first, both(restX, y))];
    return meet(first, other).flatMap((atom) => behind(atom, both(restX, restY)));
  }

  try {
    const found = both(a, b);
    return found.length > most ? undefined : found;
  } catch (error) {
    if (error instanceof TooMany) return undefined;
    throw error;
  }
}

const STEPS_PER_RESULT = 64;
