/**
 * What the Chat Completions API asks of JSON Schemas: of a function's parameters always, of
 * everything that is marked `strict` much more.
 */

type Schema = Readonly<Record<string, unknown>>;

const FORBIDDEN_AT_TOP = ['oneOf', 'anyOf', 'allOf', 'enum', 'not'];
const FORBIDDEN_IN_STRICT = ['oneOf', 'allOf', 'not', 'if', 'then', 'else', 'patternProperties'];

/** What is wrong with the schema of a function or of a response format, in the words of the API. */
export function schemaFlaw(schema: Schema, strict: boolean): string | undefined {
  if (schema['type'] !== 'object') {
    const type = JSON.stringify(schema['type'] ?? 'None');
    return `schema must be a JSON Schema of 'type: "object"', got 'type: ${type}'.`;
  }
  if (FORBIDDEN_AT_TOP.some((keyword) => keyword in schema)) {
    const keywords = FORBIDDEN_AT_TOP.map((keyword) => `'${keyword}'`).join('/');
    return `schema must have type 'object' and not have ${keywords} at the top level.`;
  }
  if (!('properties' in schema)) return 'In context=(), object schema missing properties.';
  return nodeFlaw(schema, [], strict);
}

function nodeFlaw(node: Schema, context: readonly string[], strict: boolean): string | undefined {
  const at = (flaw: string): string =>
    `In context=(${context.map((part) => `'${part}'`).join(', ')}), ${flaw}`;
  if (node['type'] === 'array' && !('items' in node)) return at('array schema missing items.');
  const own = strict ? strictNodeFlaw(node) : undefined;
  if (own !== undefined) return at(own);
  for (const [path, child] of childrenOf(node)) {
    const flaw = nodeFlaw(child, [...context, ...path], strict);
    if (flaw !== undefined) return flaw;
  }
  return undefined;
}

function strictNodeFlaw(node: Schema): string | undefined {
  const forbidden = FORBIDDEN_IN_STRICT.find((keyword) => keyword in node);
  if (forbidden !== undefined) return `'${forbidden}' is not permitted.`;
  const types: unknown[] = [node['type']].flat();
  if (!types.includes('object')) return undefined;
  if (node['additionalProperties'] !== false) {
    return "'additionalProperties' is required to be supplied and to be false.";
  }
  const required: unknown[] = Array.isArray(node['required']) ? node['required'] : [];
  const missing = Object.keys(asSchema(node['properties'])).find((key) => !required.includes(key));
  if (missing === undefined) return undefined;
  return (
    "'required' is required to be supplied and to be an array including every key in " +
    `properties. Missing '${missing}'.`
  );
}

type Child = readonly [path: readonly string[], node: Schema];

function childrenOf(node: Schema): readonly Child[] {
  const keyed = ['properties', '$defs', 'definitions'].flatMap((keyword) =>
    Object.entries(asSchema(node[keyword])).map(([key, child]): Child => [
      [keyword, key],
      asSchema(child),
    ]),
  );
  const listed = ['anyOf', 'oneOf', 'allOf'].flatMap((keyword) => {
    const branches: unknown[] = Array.isArray(node[keyword]) ? node[keyword] : [];
    return branches.map((child, index): Child => [[keyword, String(index)], asSchema(child)]);
  });
  const items: readonly Child[] = 'items' in node ? [[['items'], asSchema(node['items'])]] : [];
  return [...keyed, ...listed, ...items];
}

function asSchema(value: unknown): Schema {
  return typeof value === 'object' && value !== null ? (value as Schema) : {};
}
