/** Reads TypeScript for the rules with the compiler's own parser; each source is parsed once. */
import ts from 'typescript';
import type { Source } from './violation.ts';

const trees = new WeakMap<Source, ts.SourceFile>();
const flattened = new WeakMap<Source, readonly ts.Node[]>();

/** Parses a source; asking again is free. */
export function parse(source: Source): ts.SourceFile {
  const known = trees.get(source);
  if (known) return known;
  const tree = ts.createSourceFile(source.path, source.text, ts.ScriptTarget.Latest, true);
  trees.set(source, tree);
  return tree;
}

/** Lists every node of a source in the order of its text. */
export function nodesOf(source: Source): readonly ts.Node[] {
  const known = flattened.get(source);
  if (known) return known;
  const nodes: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
    nodes.push(node);
    ts.forEachChild(node, visit);
  };
  visit(parse(source));
  flattened.set(source, nodes);
  return nodes;
}

/** The line of a position, counted from 1. */
export function lineAt(source: Source, position: number): number {
  return parse(source).getLineAndCharacterOfPosition(position).line + 1;
}

/** The line on which a node starts, its comments left out. */
export function lineOf(source: Source, node: ts.Node): number {
  return lineAt(source, node.getStart(parse(source)));
}

/** Answers whether a declaration is exported where it stands. */
export function isExported(node: ts.Node): boolean {
  return hasModifier(node, ts.SyntaxKind.ExportKeyword);
}

/** Answers whether a declaration carries a modifier such as `export` or `default`. */
export function hasModifier(node: ts.Node, kind: ts.SyntaxKind): boolean {
  return ts.canHaveModifiers(node) && (ts.getModifiers(node) ?? []).some((it) => it.kind === kind);
}

/** Something that a module makes available under a name. */
export interface ExportedName {
  readonly name: string;
  readonly line: number;
  readonly isType: boolean;
}

/** Lists what a module exports, its own declarations and what it passes on by name. */
export function exportsOf(source: Source): readonly ExportedName[] {
  return parse(source).statements.flatMap((statement) => {
    if (ts.isExportDeclaration(statement)) return passedOn(source, statement);
    if (!isExported(statement)) return [];
    const isType = ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement);
    return declaredNames(statement).map((identifier) => ({
      name: identifier.text,
      line: lineOf(source, identifier),
      isType,
    }));
  });
}

function passedOn(source: Source, statement: ts.ExportDeclaration): readonly ExportedName[] {
  const clause = statement.exportClause;
  if (!clause || !ts.isNamedExports(clause)) return [];
  return clause.elements.map((element) => ({
    name: element.name.text,
    line: lineOf(source, element),
    isType: statement.isTypeOnly || element.isTypeOnly,
  }));
}

function declaredNames(statement: ts.Statement): readonly ts.Identifier[] {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.flatMap(({ name }) => identifiersIn(name));
  }
  const { name } = statement as { readonly name?: ts.Node };
  return name && ts.isIdentifier(name) ? [name] : [];
}

function identifiersIn(name: ts.BindingName): readonly ts.Identifier[] {
  if (ts.isIdentifier(name)) return [name];
  return name.elements.flatMap((element) =>
    ts.isBindingElement(element) ? identifiersIn(element.name) : [],
  );
}
