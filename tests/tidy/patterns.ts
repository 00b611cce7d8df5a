/** The shapes of code that a ban can look for: syntax, so that comments and strings are safe. */
import ts from 'typescript';

export type Pattern = (node: ts.Node) => boolean;

type Name = string | RegExp;

const fits = (name: Name, text: string): boolean =>
  typeof name === 'string' ? name === text : name.test(text);

/** Matches every node of one kind. */
export function isKind(kind: ts.SyntaxKind): Pattern {
  return (node) => node.kind === kind;
}

/** Matches `owner.name` (also below `globalThis`, and at the start of a longer chain). */
export function member(owner: Name, name: Name = /./): Pattern {
  return (node) => {
    if (!ts.isPropertyAccessExpression(node) || !fits(name, node.name.text)) return false;
    return fits(owner, ownerName(node.expression));
  };
}

function ownerName(expression: ts.Expression): string {
  if (ts.isIdentifier(expression)) return expression.text;
  if (!ts.isPropertyAccessExpression(expression)) return '';
  const isGlobal = ts.isIdentifier(expression.expression) && expression.expression.text;
  return isGlobal === 'globalThis' ? expression.name.text : '';
}

/** Matches a call of a global function. */
export function call(name: string): Pattern {
  return (node) => {
    if (!ts.isCallExpression(node)) return false;
    const called = node.expression;
    if (ts.isIdentifier(called)) return called.text === name;
    return member('globalThis', name)(called);
  };
}

/** Matches `new Name()` and `Name()` without arguments. */
export function newWithoutArguments(name: string): Pattern {
  return (node) =>
    (ts.isNewExpression(node) || ts.isCallExpression(node)) &&
    ts.isIdentifier(node.expression) &&
    node.expression.text === name &&
    (node.arguments ?? []).length === 0;
}

/** Matches an import declaration whose specifier fits. */
export function importOf(specifier: RegExp): Pattern {
  return (node) =>
    ts.isImportDeclaration(node) &&
    ts.isStringLiteral(node.moduleSpecifier) &&
    specifier.test(node.moduleSpecifier.text);
}

/** Matches a property of an object literal, quoted or not. */
export function property(name: RegExp): Pattern {
  return (node) => {
    if (!ts.isPropertyAssignment(node) && !ts.isShorthandPropertyAssignment(node)) return false;
    const key = node.name;
    return (ts.isIdentifier(key) || ts.isStringLiteral(key)) && name.test(key.text);
  };
}

/** Matches `export * from` and `export * as name from`. */
export const starExport: Pattern = (node) =>
  ts.isExportDeclaration(node) && (!node.exportClause || ts.isNamespaceExport(node.exportClause));

/** Matches `export default`, before an expression or as a modifier. */
export const defaultExport: Pattern = (node) =>
  ts.isExportAssignment(node) || node.kind === ts.SyntaxKind.DefaultKeyword;

/** Matches `namespace Name {}`; an ambient `declare module 'name'` is something else. */
export const namespace: Pattern = (node) =>
  ts.isModuleDeclaration(node) && ts.isIdentifier(node.name);
