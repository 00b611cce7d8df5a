/**
 * Reads YAML into plain data and remembers where everything stands. Knows nothing of the schema.
 * Harmless by construction: few aliases, no tags, no keys with the names that objects inherit.
 */
import {
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
  type Document,
  type ErrorCode,
  type Pair,
  type YAMLError,
} from 'yaml';
import type { Finding, Path, Problem } from './problems.ts';
import { clip, dotPath, quote } from './wording.ts';

const ALIASES_MAX = 100;

/** No schema goes that deep; what is below is not looked at. */
const DEPTH_MAX = 64;

/** A problem that has its place, but no file yet. */
export type PlacedProblem = Omit<Problem, 'file'>;

export interface YamlTree {
  /** Undefined where the text is not YAML: whatever else could be said of it would mislead. */
  readonly content: { readonly data: unknown } | undefined;
  readonly problems: readonly PlacedProblem[];
  /** Gives a finding the line of its key or value, or of the nearest thing around it. */
  readonly place: (finding: Finding) => PlacedProblem;
}

/** Where a key and its value begin, and the same for everything below. */
interface Spot {
  readonly key: number;
  readonly value: number;
  readonly parts: Map<PropertyKey, Spot>;
}

/** Reads one YAML document. Never throws. */
export function readYaml(text: string): YamlTree {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: false,
    resolveKnownTags: false,
    logLevel: 'error',
  });
  const mark = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const root: Spot = { key: 0, value: 0, parts: new Map() };
  const place = ({ path, at, message, remedy }: Finding): PlacedProblem => ({
    path: dotPath(path),
    ...mark(offsetOf(root, path, at)),
    message,
    remedy,
  });
  const complaints = complaintsOf(document).map((error) => ({
    path: '',
    ...mark(error.pos[0]),
    ...explain(error),
  }));
  if (document.errors.length > 0) return { content: undefined, problems: complaints, place };

  const refused = [...survey(document.contents, [], root)].map(place);
  const content = toData(document);
  const aliases = content ? [] : [{ path: '', ...mark(firstAlias(document)), ...BAD_ALIASES }];
  return { content, problems: [...complaints, ...refused, ...aliases], place };
}

/** The parser's own complaints; once it is out of stack, all others are echoes of that. */
function complaintsOf({ errors, warnings }: Document): readonly YAMLError[] {
  const exhausted = errors.find(({ code }) => code === 'RESOURCE_EXHAUSTION');
  return exhausted ? [exhausted] : [...errors, ...warnings];
}

const BAD_ALIASES = {
  message: `expected at most ${ALIASES_MAX} aliases, each with its anchor before it`,
  remedy: 'Write the values out instead of using & and *',
};

/** The values as plain data; undefined when the aliases do not allow it. */
function toData(document: Document): { readonly data: unknown } | undefined {
  try {
    return { data: document.toJS({ maxAliasCount: ALIASES_MAX }) as unknown };
  } catch {
    return undefined;
  }
}

function firstAlias(document: Document): number {
  let offset = 0;
  visit(document, {
    Alias: (_, alias) => {
      offset = startOf(alias) ?? 0;
      return visit.BREAK;
    },
  });
  return offset;
}

/** Notes where everything below a node stands; yields the keys that cannot be accepted. */
function* survey(node: unknown, path: Path, spot: Spot): Generator<Finding> {
  if (path.length > DEPTH_MAX) {
    yield { path, at: 'key', ...TOO_DEEP };
    return;
  }
  if (isSeq(node)) {
    for (const [index, item] of node.items.entries()) {
      const start = startOf(item) ?? spot.value;
      yield* surveyPart(item, [...path, index], spot, { key: start, value: start });
    }
  }
  if (isMap(node)) {
    for (const pair of node.items) yield* surveyPair(pair, path, spot);
  }
}

function* surveyPair(pair: Pair, parent: Path, spot: Spot): Generator<Finding> {
  const name = nameOf(pair.key);
  const path = [...parent, name ?? '?'];
  const key = startOf(pair.key) ?? spot.key;
  const refusal = refuse(name, name !== undefined && spot.parts.has(name));
  if (refusal) yield { path, at: 'key', ...refusal };
  const value = isBlank(pair.value) ? key : (startOf(pair.value) ?? key);
  yield* surveyPart(pair.value, path, spot, { key, value });
}

function* surveyPart(
  node: unknown,
  path: Path,
  parent: Spot,
  at: { readonly key: number; readonly value: number },
): Generator<Finding> {
  const spot: Spot = { ...at, parts: new Map() };
  parent.parts.set(path.at(-1) ?? '', spot);
  yield* survey(node, path, spot);
}

/** The key as it becomes a property name; undefined for one that holds more than a plain value. */
function nameOf(key: unknown): string | undefined {
  if (!isScalar(key)) return undefined;
  const { value } = key;
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'boolean':
      return String(value);
    default:
      return value === null ? '' : undefined;
  }
}

/** What stands against a key, whatever it is a key of. */
function refuse(
  name: string | undefined,
  isRepeated: boolean,
): Pick<Problem, 'message' | 'remedy'> | undefined {
  if (name === undefined) {
    return { message: 'expected a plain text as key', remedy: 'Write key: value' };
  }
  if (isRepeated) {
    return { message: `the key ${quote(name)} is given twice`, remedy: 'Remove one of the two' };
  }
  if (name in {}) {
    return {
      message: `${quote(name)} is a name that every object has, and not allowed as a key`,
      remedy: 'Choose another name',
    };
  }
  return undefined;
}

function offsetOf(root: Spot, path: Path, at: Finding['at']): number {
  let spot = root;
  for (const part of path) {
    const next = spot.parts.get(part);
    if (!next) return spot.key;
    spot = next;
  }
  return spot[at];
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}

function isBlank(node: unknown): boolean {
  return node === null || (isScalar(node) && node.value === null);
}

const TOO_DEEP = { message: 'nested too deeply', remedy: 'Remove levels of nesting' };

/** Better words than the parser's own, where it has none for people. */
const MESSAGES: Partial<Record<ErrorCode, string>> = {
  MULTIPLE_DOCS: 'expected one document, received more',
  RESOURCE_EXHAUSTION: TOO_DEEP.message,
};

const REMEDIES: Partial<Record<ErrorCode, string>> = {
  TAB_AS_INDENT: 'Indent with spaces',
  BAD_INDENT: 'Line the entry up with its neighbours, and close every bracket',
  MISSING_CHAR: 'Close the quote or bracket, or put a space behind the colon',
  MULTIPLE_DOCS: 'Remove everything from the second --- on',
  TAG_RESOLVE_FAILED: 'Remove the tag: write the value plainly',
  RESOURCE_EXHAUSTION: TOO_DEEP.remedy,
};

function explain({ code, message }: YAMLError): Pick<Problem, 'message' | 'remedy'> {
  return {
    message: `YAML: ${MESSAGES[code] ?? clip(message, 100)}`,
    remedy: REMEDIES[code] ?? 'Put text with special characters in quotes',
  };
}
