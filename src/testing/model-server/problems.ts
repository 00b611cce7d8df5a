/** What is wrong with a request body, free of both zod's words and the vendors'. */
import type { z } from 'zod';
import { invariant } from '../../../kernel/index.ts';

export type Path = readonly (string | number)[];

/** The first thing that is wrong, where it is, and what stands there. */
export interface Problem {
  readonly path: Path;
  readonly value: unknown;
  readonly flaw: Flaw;
}

export type Flaw =
  | { readonly kind: 'missing' }
  | { readonly kind: 'unknown_keys'; readonly keys: readonly string[] }
  | { readonly kind: 'wrong_type'; readonly expected: string }
  | { readonly kind: 'not_a_choice'; readonly choices: readonly string[]; readonly is_tag: boolean }
  | { readonly kind: 'wrong_pattern'; readonly pattern: string }
  | { readonly kind: 'too_long'; readonly max: number }
  | { readonly kind: 'too_short'; readonly min: number };

/** Parses a body; answers it typed, or the first problem. */
export function parseBody<Schema extends z.ZodType>(
  schema: Schema,
  body: unknown,
):
  | { readonly body: z.output<Schema>; readonly problem?: undefined }
  | { readonly problem: Problem } {
  const parsed = schema.safeParse(body, { reportInput: true });
  if (parsed.success) return { body: parsed.data };
  const [issue] = parsed.error.issues;
  invariant(issue, 'a failed parse names at least one issue');
  return { problem: toProblem(issue, []) };
}

function toProblem(issue: z.core.$ZodIssue, above: Path): Problem {
  const path = [...above, ...issue.path.map((part) => (typeof part === 'symbol' ? '' : part))];
  if (issue.code === 'invalid_union') {
    return issue.errors.length > 0
      ? toProblem(closest(issue.errors), path)
      : tagProblem(issue, path);
  }
  const isMissing =
    issue.input === undefined && (issue.code === 'invalid_type' || issue.code === 'invalid_value');
  return { path, value: issue.input, flaw: isMissing ? { kind: 'missing' } : toFlaw(issue) };
}

/** Of the branches of a union, the one that got furthest is the one that was meant. */
function closest(branches: readonly (readonly z.core.$ZodIssue[])[]): z.core.$ZodIssue {
  const firsts = branches.flatMap((branch) => branch.slice(0, 1));
  return firsts.reduce((best, issue) => (depth(issue) > depth(best) ? issue : best));
}

function depth(issue: z.core.$ZodIssue): number {
  const below =
    issue.code === 'invalid_union' && issue.errors.length > 0 ? depth(closest(issue.errors)) : 0;
  return issue.path.length + below;
}

function tagProblem(issue: z.core.$ZodIssueInvalidUnion, path: Path): Problem {
  const tag = String(path.at(-1));
  const value = (issue.input as Record<string, unknown> | null | undefined)?.[tag];
  const choices = 'options' in issue ? (issue.options ?? []).map(String) : [];
  const flaw: Flaw =
    value === undefined ? { kind: 'missing' } : { kind: 'not_a_choice', choices, is_tag: true };
  return { path, value, flaw };
}

function toFlaw(issue: Exclude<z.core.$ZodIssue, z.core.$ZodIssueInvalidUnion>): Flaw {
  switch (issue.code) {
    case 'unrecognized_keys':
      return { kind: 'unknown_keys', keys: issue.keys };
    case 'invalid_type':
      return { kind: 'wrong_type', expected: issue.expected };
    case 'invalid_value':
      return { kind: 'not_a_choice', choices: issue.values.map(String), is_tag: false };
    case 'invalid_format':
      return { kind: 'wrong_pattern', pattern: bare(issue.pattern ?? '') };
    case 'too_big':
      return { kind: 'too_long', max: Number(issue.maximum) };
    case 'too_small':
      return { kind: 'too_short', min: Number(issue.minimum) };
    default:
      // The schemas here raise no other kind; a new one is told by its name.
      return { kind: 'wrong_type', expected: issue.code };
  }
}

/** `/^a+$/` as `^a+$`. */
function bare(pattern: string): string {
  return pattern.replace(/^\/|\/[a-z]*$/g, '');
}
