/** Comments that must be there (headers, docstrings) and comments that must not (leftovers). */
import ts from 'typescript';
import { exportsOf, isExported, lineAt, lineOf, nodesOf, parse } from '../syntax.ts';
import { isWithin, type Source, type Violation } from '../violation.ts';

const LEFTOVER = /\b(?:TODO|FIXME|XXX|HACK)\b/g;

/** Checks headers, docstrings and leftovers. */
export function checkComments(sources: readonly Source[]): readonly Violation[] {
  return sources.flatMap((source) => [
    ...missingHeader(source),
    ...missingDocstrings(source),
    ...leftovers(source),
  ]);
}

function missingHeader(source: Source): readonly Violation[] {
  if (/^(?:#!.*\n)?\/[/*]/.test(source.text)) return [];
  const message = 'start the file with a comment that says what it owns';
  return [{ path: source.path, line: 1, rule: 'file-header', message }];
}

/**
 * Exported functions of what is published. Types and values may stand for themselves, and so may
 * the function that opens its file: the header is its docstring.
 */
function missingDocstrings(source: Source): readonly Violation[] {
  if (isWithin(source.path, ['tests', 'fixtures']) || exportsOf(source).length === 0) return [];
  return parse(source).statements.flatMap((statement) => {
    if (!ts.isFunctionDeclaration(statement) || !isExported(statement)) return [];
    if (ts.getJSDocCommentsAndTags(statement).length > 0) return [];
    const message = `${statement.name?.text} is exported: say in a sentence what it does, and when`;
    return [{ path: source.path, line: lineOf(source, statement), rule: 'docstring', message }];
  });
}

function leftovers(source: Source): readonly Violation[] {
  return [...source.text.matchAll(LEFTOVER)].flatMap(({ 0: word, index }) => {
    if (isInsideLiteral(source, index)) return [];
    const message = `${word}: do it, or write down in CHANGELOG.md or an issue what is missing`;
    return [{ path: source.path, line: lineAt(source, index), rule: 'leftover', message }];
  });
}

function isInsideLiteral(source: Source, position: number): boolean {
  return nodesOf(source).some(
    (node) =>
      (ts.isLiteralExpression(node) || ts.isTemplateLiteralToken(node)) &&
      node.getStart(parse(source)) <= position &&
      position < node.end,
  );
}
