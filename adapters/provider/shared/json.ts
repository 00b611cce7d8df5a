/**
 * The one place of the provider adapters that parses JSON. What a model or a gateway wrote is
 * hostile: broken text is an absent value, and no key of it can reach a prototype.
 */

export type JsonObject = Readonly<Record<string, unknown>>;

/** The value that a text holds (`null` is one), or nothing for a text that is not JSON. */
export function parseJson(text: string): { readonly value: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text, (key, part: unknown) =>
      key === '__proto__' ? undefined : part,
    );
    return { value };
  } catch {
    return undefined;
  }
}

/** Whether a value is an object with keys; a list is none. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object that a text holds, or nothing for every other text. */
export function parseJsonObject(text: string): JsonObject | undefined {
  const value = parseJson(text)?.value;
  return isJsonObject(value) ? value : undefined;
}

/** A copy without one of the keys. */
export function withoutKey(object: JsonObject, key: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));
}
