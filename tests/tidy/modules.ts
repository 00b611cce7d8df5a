/** Finds which modules a source refers to, with which names, and where a relative one leads. */
import { posix } from 'node:path';
import ts from 'typescript';
import { lineOf, nodesOf } from './syntax.ts';
import type { Source } from './violation.ts';

/** A name taken from a module; `default` and `*` stand for themselves. */
export interface Binding {
  readonly name: string;
  readonly isType: boolean;
}

/** One place where a source names another module. */
export interface ModuleReference {
  readonly specifier: string;
  readonly line: number;
  readonly bindings: readonly Binding[];
}

const EVERYTHING: readonly Binding[] = [{ name: '*', isType: false }];

/** Lists every static and dynamic import, re-export, import type and `new URL('./x.ts', …)`. */
export function referencesOf(source: Source): readonly ModuleReference[] {
  return nodesOf(source).flatMap((node) => {
    const found = referenceOf(node);
    if (!found) return [];
    return [{ ...found, line: lineOf(source, node) }];
  });
}

type Found = Omit<ModuleReference, 'line'> | undefined;

function referenceOf(node: ts.Node): Found {
  if (ts.isImportDeclaration(node)) return refer(node.moduleSpecifier, imported(node.importClause));
  if (ts.isExportDeclaration(node)) return refer(node.moduleSpecifier, passedOn(node));
  if (ts.isImportTypeNode(node)) {
    return ts.isLiteralTypeNode(node.argument)
      ? refer(node.argument.literal, [{ name: firstName(node.qualifier), isType: true }])
      : undefined;
  }
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    return refer(node.arguments[0], EVERYTHING);
  }
  if (ts.isNewExpression(node) && node.expression.getText() === 'URL') {
    const found = refer(node.arguments?.[0], EVERYTHING);
    return found && /^\.\.?\/.*\.ts$/.test(found.specifier) ? found : undefined;
  }
  return undefined;
}

function refer(specifier: ts.Node | undefined, bindings: readonly Binding[]): Found {
  if (!specifier || !ts.isStringLiteralLike(specifier)) return undefined;
  return { specifier: specifier.text, bindings };
}

function imported(clause: ts.ImportClause | undefined): readonly Binding[] {
  if (!clause) return [];
  const isTypeClause = clause.phaseModifier === ts.SyntaxKind.TypeKeyword;
  const whole = clause.name ? [{ name: 'default', isType: isTypeClause }] : [];
  const named = clause.namedBindings;
  if (!named) return whole;
  if (ts.isNamespaceImport(named)) return [...whole, { name: '*', isType: isTypeClause }];
  return [...whole, ...named.elements.map((element) => bindingOf(element, isTypeClause))];
}

function passedOn(node: ts.ExportDeclaration): readonly Binding[] {
  const clause = node.exportClause;
  if (!clause || !ts.isNamedExports(clause)) return EVERYTHING;
  return clause.elements.map((element) => bindingOf(element, node.isTypeOnly));
}

function bindingOf(element: ts.ImportSpecifier | ts.ExportSpecifier, isType: boolean): Binding {
  return {
    name: (element.propertyName ?? element.name).text,
    isType: isType || element.isTypeOnly,
  };
}

function firstName(qualifier: ts.EntityName | undefined): string {
  if (!qualifier) return '*';
  return ts.isIdentifier(qualifier) ? qualifier.text : firstName(qualifier.left);
}

/** The repository path that a relative specifier leads to; undefined for a package. */
export function resolveRelative(from: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined;
  return posix.join(posix.dirname(from), specifier);
}

/** The package that a bare specifier belongs to; node's own modules keep their whole name. */
export function packageOf(specifier: string): string {
  if (specifier.startsWith('node:')) return specifier;
  const [first = specifier, second] = specifier.split('/');
  return first.startsWith('@') ? `${first}/${second}` : first;
}
