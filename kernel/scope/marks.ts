/**
 * Arguments that name a place: how an author marks them in the schema of a tool, and where they are
 * in an input. What is marked is checked against the enforced scopes before anything runs.
 */
import { z } from 'zod';

/** The keyword of a JSON Schema that marks an argument. */
const ARGUMENT_KEYWORD = 'x-troupe-argument';

const KINDS = ['path:read', 'path:write', 'url', 'host'] as const;
export type ArgumentKind = (typeof KINDS)[number];

const PATH_LENGTH_MAX = 4096;
const HOST_LENGTH_MAX = 261;

/**
 * Makes the schema of an argument that names a file or folder of the workspace. The kernel lets a
 * call through only where the path, with links followed, is within the scopes in force. Rules and
 * the tool get it in one spelling, relative to the workspace: `docs/a` for `./docs//a`.
 * @example
 * const input = z.strictObject({ file: pathArgument('read') });
 */
export function pathArgument(access: 'read' | 'write'): z.ZodString {
  return marked(z.string().min(1).max(PATH_LENGTH_MAX), `path:${access}`);
}

/** Makes the schema of an argument that is a URL to be asked: http, https, ws or wss. */
export function urlArgument(): z.ZodString {
  return marked(z.string().min(1).max(PATH_LENGTH_MAX), 'url');
}

/** Makes the schema of an argument that is `host:port` to which the tool will connect. */
export function hostArgument(): z.ZodString {
  return marked(z.string().min(1).max(HOST_LENGTH_MAX), 'host');
}

function marked(schema: z.ZodString, kind: ArgumentKind): z.ZodString {
  return schema.meta({ [ARGUMENT_KEYWORD]: kind });
}

/** An argument that names a place, as it came. */
export interface MarkedArgument {
  readonly kind: ArgumentKind;
  /** Where it stands in the input, as a JSON Pointer. */
  readonly pointer: string;
  readonly value: unknown;
}

/** A JSON Schema as far as it is walked. */
interface Node {
  readonly [ARGUMENT_KEYWORD]?: unknown;
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly additionalProperties?: Node | boolean;
  readonly items?: Node | boolean;
  readonly prefixItems?: readonly Node[];
  readonly anyOf?: readonly Node[];
  readonly oneOf?: readonly Node[];
  readonly allOf?: readonly Node[];
}

/** Finds the marked arguments of inputs of one schema. */
export interface MarkReader {
  /** The kinds that the schema marks anywhere. */
  readonly kinds: ReadonlySet<ArgumentKind>;
  readonly read: (input: unknown) => readonly MarkedArgument[];
}

/** Reads the marks of a schema once, for many inputs. @throws Error for a mark that is no kind. */
export function markReader(schema: z.ZodType): MarkReader {
  const root = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Node;
  const text = JSON.stringify(root);
  const kinds = new Set(KINDS.filter((kind) => text.includes(`"${ARGUMENT_KEYWORD}":"${kind}"`)));
  return {
    kinds,
    read: kinds.size === 0 ? () => [] : (input) => [...walk(root, root, input, '')],
  };
}

/** Every alternative of a union counts: what one of them marks is checked. */
function* walk(root: Node, node: Node, value: unknown, pointer: string): Iterable<MarkedArgument> {
  if (value === undefined) return;
  const kind = KINDS.find((known) => known === node[ARGUMENT_KEYWORD]);
  if (kind && value !== null) yield { kind, pointer, value };
  const target = node.$ref === undefined ? undefined : resolve(root, node.$ref);
  const same = [...(node.anyOf ?? []), ...(node.oneOf ?? []), ...(node.allOf ?? [])];
  for (const other of target ? [target, ...same] : same) yield* walk(root, other, value, pointer);
  if (Array.isArray(value)) yield* walkItems(root, node, value, pointer);
  else if (typeof value === 'object' && value !== null) {
    yield* walkMembers(root, node, value, pointer);
  }
}

function* walkItems(
  root: Node,
  node: Node,
  items: readonly unknown[],
  pointer: string,
): Iterable<MarkedArgument> {
  for (const [index, item] of items.entries()) {
    const schema = node.prefixItems?.[index] ?? node.items;
    if (typeof schema === 'object') yield* walk(root, schema, item, `${pointer}/${index}`);
  }
}

function* walkMembers(
  root: Node,
  node: Node,
  members: object,
  pointer: string,
): Iterable<MarkedArgument> {
  for (const [key, member] of Object.entries(members)) {
    const declared = node.properties;
    const isDeclared = declared !== undefined && Object.hasOwn(declared, key);
    const schema = isDeclared ? declared[key] : node.additionalProperties;
    const place = `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (typeof schema === 'object') yield* walk(root, schema, member, place);
  }
}

/** A reference within the same document, as `z.toJSONSchema` writes it. */
function resolve(root: Node, reference: string): Node | undefined {
  if (reference === '#') return root;
  const parts = reference.replace(/^#\//, '').split('/');
  const step = (node: unknown, part: string): unknown =>
    typeof node === 'object' && node !== null && Object.hasOwn(node, part)
      ? (node as Record<string, unknown>)[part]
      : undefined;
  return parts.reduce<unknown>(step, root) as Node | undefined;
}
