/** Every code of the error table is answered somewhere, and named by at least one test. */
import ts from 'typescript';
import { nodesOf } from '../syntax.ts';
import { isWithin, type Source, type Violation } from '../violation.ts';

const TABLE = 'kernel/error-table.ts';

/** Checks the codes against the string literals of published files and of tests. */
export function checkErrorCodes(
  codes: readonly string[],
  published: readonly Source[],
  tests: readonly Source[],
): readonly Violation[] {
  const answered = literalsOf(published.filter(({ path }) => path !== TABLE));
  const tested = literalsOf(tests.filter(({ path }) => !isWithin(path, ['tests/tidy'])));
  return codes.flatMap((code) => [
    ...(answered.has(code) ? [] : [complain(code, 'nothing answers with it: use it or remove it')]),
    ...(tested.has(code) ? [] : [complain(code, 'no test names it: provoke it in one')]),
  ]);
}

function literalsOf(sources: readonly Source[]): ReadonlySet<string> {
  const texts = sources
    .flatMap(nodesOf)
    .filter((node) => ts.isStringLiteralLike(node))
    .map(({ text }) => text);
  return new Set(texts);
}

function complain(code: string, message: string): Violation {
  return { path: TABLE, line: 1, rule: 'error-code', message: `${code}: ${message}` };
}
