/**
 * What is wrong with a workspace.yaml: where, what was expected, what came, what to do.
 * A finding knows its path; it becomes a problem once the YAML tells its line.
 */

/** One thing to mend in a workspace.yaml. */
export interface Problem {
  readonly file: string;
  /** As in `agent_runtime.models.operations.provider`; empty for the file as a whole. */
  readonly path: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** What was expected and what was received; never the value of something that may be secret. */
  readonly message: string;
  readonly remedy: string;
}

export type Path = readonly PropertyKey[];

/** A problem before it has a place: `at` says whether its key or its value is at fault. */
export interface Finding {
  readonly path: Path;
  readonly at: 'key' | 'value';
  readonly message: string;
  readonly remedy: string;
}

/** One line for people: `file:line:column path: message — remedy`. */
export function formatProblem(problem: Problem): string {
  const { file, line, column, path, message, remedy } = problem;
  const subject = path === '' ? '' : `${path}: `;
  return `${file}:${line}:${column} ${subject}${message} — ${remedy}`;
}
