/** What an edit changes: each place of a JSON value by its pointer, as it was and as it is. */
import { canonicalJson } from '../../../kernel/index.ts';
import { printableLine } from '../printable.ts';
import { readable } from './approval.ts';
import type { Style } from './style.ts';

/** One place that differs; what is absent was not there, or is not there any more. */
export interface Difference {
  /** JSON Pointer (RFC 6901); empty for the whole value. */
  readonly path: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

/** Compares two JSON values, members of objects by name and of lists by position. */
export function differences(before: unknown, after: unknown, path = ''): readonly Difference[] {
  if (canonicalJson(before) === canonicalJson(after)) return [];
  const was = membersOf(before);
  const is = membersOf(after);
  if (!was || !is || Array.isArray(before) !== Array.isArray(after)) {
    return [{ path, before, after }];
  }
  const names = [...new Set([...was.keys(), ...is.keys()])];
  return names.flatMap((name) => {
    const at = `${path}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (!was.has(name)) return [{ path: at, after: is.get(name) }];
    if (!is.has(name)) return [{ path: at, before: was.get(name) }];
    return differences(was.get(name), is.get(name), at);
  });
}

function membersOf(value: unknown): ReadonlyMap<string, unknown> | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  return new Map(Object.entries(value));
}

/** Writes the differences, one a line. */
export function differenceText(before: unknown, after: unknown, style: Style): string {
  const lines = differences(before, after).map((difference) => line(difference, style));
  return ['edited', ...(lines.length === 0 ? ['  nothing'] : lines)].join('\n');
}

function line(difference: Difference, style: Style): string {
  const was = (): string => style.bad(readable(difference.before));
  const is = (): string => style.good(readable(difference.after));
  const place = `  ${printableLine(difference.path)}`;
  if (!('before' in difference)) return `${place} added ${is()}`;
  if (!('after' in difference)) return `${place} removed ${was()}`;
  return `${place} ${was()} -> ${is()}`;
}
