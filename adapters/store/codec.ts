/** Reads the few JSON texts that the store keeps for itself: its format and its holder. */
import type { z } from 'zod';

/** The value that a text holds; nothing for a text that is torn or does not fit the schema. */
export function parseJson<Schema extends z.ZodType>(
  schema: Schema,
  text: string,
): z.output<Schema> | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return schema.safeParse(value).data;
}
