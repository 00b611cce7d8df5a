/** Text of a workspace.yaml in, config or every problem of it out. Pure; load.ts reads files. */
import { contentHash } from '../kernel/index.ts';
import { crossCheck } from './cross-checks.ts';
import { explainIssue } from './issues.ts';
import type { Finding, Problem } from './problems.ts';
import { workspaceConfig, workspaceJsonSchema, type WorkspaceConfig } from './schema.ts';
import { readYaml, type PlacedProblem } from './yaml-tree.ts';

/** Larger files are refused unread: 1 MiB. */
export const CONFIG_BYTES_MAX = 1024 * 1024;

/** More problems than this are counted, not listed. */
const PROBLEMS_MAX = 100;

/** `config` is there exactly when `problems` is empty. */
export type ParsedWorkspace =
  | { readonly config: WorkspaceConfig; readonly problems: readonly [] }
  | { readonly config: undefined; readonly problems: readonly Problem[] };

/**
 * Parses a workspace.yaml and reports all problems at once, in the order of the file. Never
 * throws. `file` is the name that problems carry.
 * @example
 * const { config, problems } = parseWorkspace('agent_runtme: {}');
 * // problems[0].remedy => 'Did you mean agent_runtime?'
 */
export function parseWorkspace(
  text: string,
  { file = 'workspace.yaml' }: { readonly file?: string } = {},
): ParsedWorkspace {
  if (text.length > CONFIG_BYTES_MAX) return { config: undefined, problems: [tooLarge(file)] };
  const tree = readYaml(text);
  const { config, findings } = tree.content
    ? checkData(tree.content.data)
    : { config: undefined, findings: [] };
  const placed = [...tree.problems, ...findings.map(tree.place)];
  if (placed.length === 0 && config) return { config, problems: [] };
  const listed = limitTo(PROBLEMS_MAX, inFileOrder(onePerSubject(placed)));
  return { config: undefined, problems: listed.map((problem) => ({ file, ...problem })) };
}

/** What is said of a file that is over the limit. */
export function tooLarge(file: string): Problem {
  return {
    file,
    path: '',
    line: 1,
    column: 1,
    message: `expected at most ${CONFIG_BYTES_MAX} bytes, received more`,
    remedy: 'Name a workspace.yaml; this file is something else',
  };
}

/** Identifies what a config means: comments, order of keys and formatting do not matter. */
export function configHash(config: WorkspaceConfig): string {
  return contentHash(config);
}

function checkData(data: unknown): {
  readonly config: WorkspaceConfig | undefined;
  readonly findings: readonly Finding[];
} {
  const parsed = workspaceConfig.safeParse(data, { reportInput: true });
  const across = crossCheck(data);
  if (parsed.success) return { config: parsed.data, findings: across };
  const schema = workspaceJsonSchema();
  const findings = parsed.error.issues.flatMap((issue) => explainIssue(issue, schema));
  return { config: undefined, findings: [...findings, ...across] };
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
