/**
 * Names and ids as providers take them. Ours hold `:` and `.` and more characters than theirs may;
 * one table per request maps every name there and back without two of them ever meeting.
 */

const FOREIGN = /[^A-Za-z0-9_-]/g;
const NAME_LENGTH_MAX = 64;

export interface ToolNames {
  /** A name that is not in the table gets its place in it. */
  readonly toWire: (name: string) => string;
  /** A name that is not in the table is given back as it is, for the kernel to judge. */
  readonly fromWire: (name: string) => string;
}

/**
 * Makes the table of one request: `calendar:create-event` becomes `calendar__create-event`.
 * The same set of names gives the same table, whatever their order; a name that providers take
 * as it is keeps it, unless it is `reserved`.
 */
export function createToolNames(
  names: Iterable<string>,
  reserved: readonly string[] = [],
): ToolNames {
  const taken = new Set(reserved);
  const wireByName = new Map<string, string>();
  const nameByWire = new Map<string, string>();
  const toWire = (name: string): string => {
    const known = wireByName.get(name);
    if (known !== undefined) return known;
    const wire = claimName(name.replaceAll(':', '__'), taken, NAME_LENGTH_MAX);
    wireByName.set(name, wire);
    nameByWire.set(wire, name);
    return wire;
  };
  for (const name of inOrderOfClaim(names)) toWire(name);
  return { toWire, fromWire: (wire) => nameByWire.get(wire) ?? wire };
}

/** Names that need no change come first, so that no mapped name can take theirs. */
function inOrderOfClaim(names: Iterable<string>): readonly string[] {
  const sorted = [...new Set(names)].sort();
  return [...sorted.filter((name) => fitsAsIs(name)), ...sorted.filter((name) => !fitsAsIs(name))];
}

function fitsAsIs(name: string): boolean {
  return name.search(FOREIGN) === -1 && name.length <= NAME_LENGTH_MAX;
}

/** The wanted name in letters, digits, `_` and `-`, cut to length, counted up where it is taken. */
export function claimName(wanted: string, taken: Set<string>, lengthMax: number): string {
  const plain = wanted.replace(FOREIGN, '_') || '_';
  for (let count = 1; ; count += 1) {
    const suffix = count === 1 ? '' : `_${count}`;
    const name = plain.slice(0, lengthMax - suffix.length) + suffix;
    if (taken.has(name)) continue;
    taken.add(name);
    return name;
  }
}
