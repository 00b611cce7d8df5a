/** Text of a YAML file in, its value or every problem of it out. Pure; load.ts reads files. */
import type { z } from 'zod';
import { explainIssue } from './issues.ts';
import type { Finding, Problem } from './problems.ts';
import { readYaml, type PlacedProblem } from './yaml-tree.ts';

/** Larger files are refused unread: 1 MiB. */
export const CONFIG_BYTES_MAX = 1024 * 1024;

/** More problems than this are counted, not listed. */
const PROBLEMS_MAX = 100;

/** What a file has to be. */
export interface DocumentKind<Value> {
  /** Name of such a file where none is given, and what to name instead of something else. */
  readonly name: string;
  readonly schema: z.ZodType<Value>;
  /** The schema as JSON Schema, for choices and examples in remedies. */
  readonly jsonSchema: () => z.core.JSONSchema.BaseSchema;
  /** What holds across fields; the raw data, as it may be wrong elsewhere. */
  readonly crossCheck: (data: unknown) => readonly Finding[];
}

/** `value` is there exactly when `problems` is empty. */
export type ParsedDocument<Value> =
  | { readonly value: Value; readonly problems: readonly [] }
  | { readonly value: undefined; readonly problems: readonly Problem[] };

/** Parses a file and reports all problems at once, in the order of the file. Never throws. */
export function parseDocument<Value>(
  kind: DocumentKind<Value>,
  text: string,
  file: string = kind.name,
): ParsedDocument<Value> {
  if (text.length > CONFIG_BYTES_MAX) {
    return { value: undefined, problems: [tooLarge(file, kind.name)] };
  }
  const tree = readYaml(text);
  const { value, findings } = tree.content
    ? checkData(kind, tree.content.data)
    : { value: undefined, findings: [] };
  const placed = [...tree.problems, ...findings.map(tree.place)];
  if (placed.length === 0 && value !== undefined) return { value, problems: [] };
  const listed = limitTo(PROBLEMS_MAX, inFileOrder(onePerSubject(placed)));
  return { value: undefined, problems: listed.map((problem) => ({ file, ...problem })) };
}

/** What is said of a file that is over the limit. */
export function tooLarge(file: string, name: string): Problem {
  return {
    file,
    path: '',
    line: 1,
    column: 1,
    message: `expected at most ${CONFIG_BYTES_MAX} bytes, received more`,
    remedy: `Name a ${name}; this file is something else`,
  };
}

function checkData<Value>(
  { schema, jsonSchema, crossCheck }: DocumentKind<Value>,
  data: unknown,
): { readonly value: Value | undefined; readonly findings: readonly Finding[] } {
  const parsed = schema.safeParse(data, { reportInput: true });
  const across = crossCheck(data);
  if (parsed.success) return { value: parsed.data, findings: across };
  const forEditors = jsonSchema();
  const findings = parsed.error.issues.flatMap((issue) => explainIssue(issue, forEditors));
  return { value: undefined, findings: [...findings, ...across] };
}

/** What was said first of a path, or of a place without one, says enough. */
function onePerSubject(problems: readonly PlacedProblem[]): PlacedProblem[] {
  const subjects = new Set<string>();
  return problems.filter(({ path, line, column }) => {
    const subject = path || `${line}:${column}`;
    const isNew = !subjects.has(subject);
    subjects.add(subject);
    return isNew;
  });
}

function inFileOrder(problems: readonly PlacedProblem[]): PlacedProblem[] {
  return problems.toSorted((one, other) => one.line - other.line || one.column - other.column);
}

function limitTo(count: number, problems: readonly PlacedProblem[]): readonly PlacedProblem[] {
  const last = problems[count];
  if (!last) return problems;
  const rest = {
    path: '',
    line: last.line,
    column: last.column,
    message: `${problems.length - count} more problems from here on`,
    remedy: 'Mend those above first',
  };
  return [...problems.slice(0, count), rest];
}
