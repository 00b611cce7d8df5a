/**
 * The list of names that a door lets through, one per line. Doors hold named exports only, and the
 * compiler insists on `type` where a name is no value, so the text of the door is enough.
 */
import { exportsOf } from '../syntax.ts';
import type { Source } from '../violation.ts';

/** Writes the list of a door, sorted, as `type Name` or `value name`. */
export function exportList(door: Source): string {
  return exportsOf(door)
    .map(({ name, isType }) => `${isType ? 'type' : 'value'} ${name}\n`)
    .sort()
    .join('');
}
