/** Files, functions and lines stay small enough to be read at once. */
import ts from 'typescript';
import { COLUMNS_MAX, FILE_LINES_MAX, FUNCTION_LINES_MAX } from '../data/size-limits.ts';
import { lineAt, lineOf, nodesOf, parse } from '../syntax.ts';
import { isWithin, type Source, type Violation } from '../violation.ts';

/** Checks the length of files, functions and lines. */
export function checkSizes(sources: readonly Source[]): readonly Violation[] {
  return sources.flatMap((source) => [
    ...tooLong(source),
    ...longFunctions(source),
    ...wideLines(source),
  ]);
}

function tooLong(source: Source): readonly Violation[] {
  const count = source.text.trimEnd().split('\n').length;
  if (count <= FILE_LINES_MAX) return [];
  return [
    {
      path: source.path,
      line: FILE_LINES_MAX + 1,
      rule: 'file-size',
      message: `${count} lines, ${FILE_LINES_MAX} at most: move one responsibility to its own file`,
    },
  ];
}

function longFunctions(source: Source): readonly Violation[] {
  return nodesOf(source).flatMap((node) => {
    if (!isMeasured(source.path, node)) return [];
    const first = lineOf(source, node);
    const count = lineAt(source, node.end) - first + 1;
    if (count <= FUNCTION_LINES_MAX) return [];
    const message = `${count} lines, ${FUNCTION_LINES_MAX} at most: name a part and move it out`;
    return [{ path: source.path, line: first, rule: 'function-size', message }];
  });
}

/** The callbacks of `describe` and `test` are tables and stories: in tests, arrows may be long. */
function isMeasured(path: string, node: ts.Node): boolean {
  if (!ts.isFunctionLike(node) || !('body' in node) || !node.body) return false;
  return !(isWithin(path, ['tests']) && ts.isArrowFunction(node));
}

function wideLines(source: Source): readonly Violation[] {
  if (isWithin(source.path, ['fixtures'])) return [];
  const wide = source.text
    .split('\n')
    .map((text, index) => ({ line: index + 1, count: text.length }))
    .filter(({ count }) => count > COLUMNS_MAX);
  if (wide.length === 0) return [];
  const tables = handLaidTables(source);
  return wide
    .filter(({ line }) => !tables.some(([first, last]) => line >= first && line <= last))
    .map(({ line, count }) => ({
      path: source.path,
      line,
      rule: 'columns',
      message: `${count} columns, ${COLUMNS_MAX} at most: break the line, or the string in it`,
    }));
}

/** The lines of the nodes behind a `// prettier-ignore`: tables that a person laid out. */
function handLaidTables(source: Source): readonly (readonly [first: number, last: number])[] {
  const tree = parse(source);
  return nodesOf(source).flatMap((node) => {
    const comments = ts.getLeadingCommentRanges(source.text, node.getFullStart()) ?? [];
    const isHandLaid = comments.some(({ pos, end }) =>
      source.text.slice(pos, end).includes('prettier-ignore'),
    );
    if (!isHandLaid || node === tree) return [];
    return [[lineOf(source, node), lineAt(source, node.end)] as const];
  });
}
