/** What a record may hold, the same for every store. */
import type { RecordKind } from '../../kernel/index.ts';

/** Hands a value on. Throws a TypeError on one that would not come back as it went in. */
export function checkValue(kind: RecordKind, value: string): string {
  if (typeof value !== 'string' || !value.isWellFormed()) {
    throw new TypeError(`the value of a record of ${kind} must be a string of whole characters`);
  }
  return value;
}
