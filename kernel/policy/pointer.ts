/**
 * JSON Pointers (RFC 6901) into the input of a call, with `*` for every item of a list or member of
 * an object. Only own members are seen: a prototype has no say in policy.
 */

/** The values at a pointer; several where it holds `*`, none where nothing is there. */
export function valuesAt(input: unknown, pointer: string): readonly unknown[] {
  return segmentsOf(pointer).reduce<readonly unknown[]>(
    (values, segment) => values.flatMap((value) => membersAt(value, segment)),
    [input],
  );
}

/**
 * The input with the value at a pointer set, or taken out where `value` is undefined. Undefined
 * where there is no such place: its parent is missing, or is no object or list.
 */
export function withValueAt(input: unknown, pointer: string, value: unknown): unknown {
  return withMember(input, segmentsOf(pointer), value);
}

function withMember(parent: unknown, segments: readonly string[], value: unknown): unknown {
  const [segment, ...rest] = segments;
  if (segment === undefined) return value;
  if (typeof parent !== 'object' || parent === null) return undefined;
  const isLast = rest.length === 0;
  const [member] = membersAt(parent, segment);
  const changed = isLast ? value : withMember(member, rest, value);
  if (changed === undefined && !isLast) return undefined;
  if (Array.isArray(parent)) return withItem(parent, segment, changed);
  const others = Object.entries(parent).filter(([key]) => key !== segment);
  return Object.fromEntries(changed === undefined ? others : [...others, [segment, changed]]);
}

function withItem(items: readonly unknown[], segment: string, item: unknown): unknown {
  const index = /^(?:0|[1-9]\d*)$/.test(segment) ? Number(segment) : items.length;
  if (segment !== '-' && index >= items.length) return undefined;
  return item === undefined ? items.toSpliced(index, 1) : items.toSpliced(index, 1, item);
}

function membersAt(value: unknown, segment: string): readonly unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  if (segment === '*') return Object.values(value);
  if (Array.isArray(value) && !/^(?:0|[1-9]\d*)$/.test(segment)) return [];
  return Object.hasOwn(value, segment) ? [(value as Record<string, unknown>)[segment]] : [];
}

function segmentsOf(pointer: string): readonly string[] {
  const [, ...segments] = pointer.split('/');
  return segments.map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}
