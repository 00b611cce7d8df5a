/** What a store can hold: everything that has exactly one canonical JSON text. */
import { canonicalJson } from '../../kernel/index.ts';

/** Whether a value can be kept; half a character cannot, and would only be noticed on the way. */
export function isStorable(value: unknown): boolean {
  try {
    canonicalJson(value);
    return true;
  } catch {
    return false;
  }
}

export const NOT_STORABLE = 'expected what JSON can hold';
