/**
 * Turns what the schema says of a value into findings that a person can act on: one per thing to
 * mend, with what was expected, what came, and a remedy from the schema's own descriptions.
 */
import type { z } from 'zod';
import type { Finding, Path } from './problems.ts';
import { clip, didYouMean, dotPath, listed, quote, received } from './wording.ts';

type Issue = z.core.$ZodIssue;
type Field = z.core.JSONSchema.BaseSchema;

/** Explains one issue; `schema` is the JSON Schema of the whole, for choices and examples. */
export function explainIssue(issue: Issue, schema: Field): Finding[] {
  const { path } = issue;
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey([...path, key], key, fieldAt(schema, path)));
    case 'invalid_union':
      return explainUnion(issue, schema);
    case 'invalid_key':
      return [keyFinding(issue)];
    default:
      return [{ path, at: 'value', message: messageOf(issue), remedy: remedyOf(issue, schema) }];
  }
}

function unknownKey(path: Path, key: string, field: Field | undefined): Finding {
  const known = Object.keys(field?.properties ?? {});
  const message = `unknown key ${quote(key)}`;
  const remedy = didYouMean(key, known, `Remove it; known here: ${listed(known)}`);
  return { path, at: 'key', message, remedy };
}

function keyFinding(issue: z.core.$ZodIssueInvalidKey): Finding {
  const [reason] = issue.issues;
  const message = `${reason?.message ?? issue.message}, received ${received(issue.input, [])}`;
  return { path: issue.path, at: 'key', message, remedy: 'Choose another name' };
}

/** Speaks of the one variant that was meant: the first with whose `type` nothing is wrong. */
function explainUnion(issue: z.core.$ZodIssueInvalidUnion, schema: Field): Finding[] {
  const variants = issue.errors;
  const meant = variants.find((issues) => !issues.some(({ path }) => path[0] === 'type'));
  if (!meant) return [unknownVariant(issue)];
  return meant.flatMap((inner) => {
    const path = [...issue.path, ...inner.path];
    return explainIssue({ ...inner, path }, schema);
  });
}

function unknownVariant(issue: z.core.$ZodIssueInvalidUnion): Finding {
  const types = issue.errors
    .flat()
    .filter(({ path }) => path[0] === 'type')
    .flatMap((inner) => (inner.code === 'invalid_value' ? inner.values : []))
    .map(String);
  const remedy = `Write one of: ${types.map((type) => `type: ${type}`).join(', ')}`;
  const path = [...issue.path, 'type'];
  return { path, at: 'value', message: `expected type to be one of: ${types.join(', ')}`, remedy };
}

type ValueIssue = Exclude<Issue, { code: 'unrecognized_keys' | 'invalid_union' | 'invalid_key' }>;

/** A refinement looks at more than one value: its message says all, and no value is shown. */
function messageOf(issue: ValueIssue): string {
  if (issue.code === 'custom') return issue.message;
  return `${expectation(issue)}, received ${received(issue.input, issue.path)}`;
}

const EXPECTED: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
};

function expectation(issue: ValueIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${EXPECTED[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `expected ${issue.values.length > 1 ? 'one of: ' : ''}${issue.values.join(', ')}`;
    case 'too_small': {
      const comparison = issue.inclusive === false ? 'more than' : 'at least';
      return `expected ${comparison} ${amount(issue.minimum, issue.origin)}`;
    }
    case 'too_big':
      return `expected at most ${amount(issue.maximum, issue.origin)}`;
    default:
      return issue.message;
  }
}

function amount(bound: number | bigint, origin: string): string {
  if (origin !== 'string' && origin !== 'array') return String(bound);
  const unit = origin === 'string' ? 'character' : 'entry';
  const units = origin === 'string' ? 'characters' : 'entries';
  return `${bound} ${Number(bound) === 1 ? unit : units}`;
}

function remedyOf(issue: ValueIssue, schema: Field): string {
  const { path, input } = issue;
  if (path.length === 0) return 'Write key: value lines; troupe init makes a first file';
  if (issue.code !== 'invalid_value') return exampleFor(path, input, schema);
  const choices = issue.values.map(String);
  if (input === undefined) return `Add: ${String(path.at(-1))}: ${choices.join(' or ')}`;
  return didYouMean(
    typeof input === 'string' ? input : '',
    choices,
    `Write ${choices.join(' or ')}`,
  );
}

/** Shows the example of what stands at a path, or of the nearest thing around it that has one. */
function exampleFor(path: Path, input: unknown, schema: Field): string {
  const depths = path.map((_, index) => path.length - index);
  for (const depth of depths) {
    const around = path.slice(0, depth);
    const example = exampleOf(fieldAt(schema, around));
    const key = around.at(-1);
    if (example === undefined || key === undefined || isIndex(key)) continue;
    const verb = input === undefined && depth === path.length ? 'Add' : 'For example';
    return `${verb}: ${clip(String(key))}: ${example}`;
  }
  return `Correct ${dotPath(path)}`;
}

function isIndex(part: PropertyKey): part is number {
  return typeof part === 'number';
}

function exampleOf(field: Field | undefined): string | undefined {
  const shown: unknown = field?.examples?.[0] ?? field?.default;
  if (shown === undefined) return undefined;
  return typeof shown === 'string' ? shown : JSON.stringify(shown);
}

/** The part of a JSON Schema that describes what stands at a path. */
function fieldAt(schema: Field, path: Path): Field | undefined {
  return path.reduce<Field | undefined>((field, part) => field && partOf(field, part), schema);
}

function partOf(field: Field, part: PropertyKey): Field | undefined {
  if (isIndex(part)) return asField(field.items);
  const name = String(part);
  if (field.properties && Object.hasOwn(field.properties, name)) {
    return asField(field.properties[name]);
  }
  const variants = [...(field.anyOf ?? []), ...(field.oneOf ?? [])].map(asField);
  const inVariant = variants.map((variant) => variant && partOf(variant, part)).find(Boolean);
  return inVariant ?? asField(field.additionalProperties);
}

function asField(part: unknown): Field | undefined {
  return typeof part === 'object' && part !== null && !Array.isArray(part)
    ? (part as Field)
    : undefined;
}
