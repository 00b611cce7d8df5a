/** One word, one meaning: names are checked against the glossary, files against kebab-case. */
import { posix } from 'node:path';
import ts from 'typescript';
import {
  ABBREVIATIONS,
  BANNED_FILE_NAMES,
  BANNED_WORDS,
  type BannedWord,
} from '../data/glossary.ts';
import { exportsOf, lineOf, nodesOf } from '../syntax.ts';
import { isWithin, type Source, type Violation } from '../violation.ts';

interface Name {
  readonly text: string;
  readonly line: number;
}

/** Checks exported names and wire fields against the glossary, all names against abbreviations. */
export function checkNames(sources: readonly Source[]): readonly Violation[] {
  return sources.flatMap((source) => {
    const named = [...exportedNames(source), ...wireFields(source)];
    return [
      ...misnamed(source.path, 'glossary', named, BANNED_WORDS),
      ...misnamed(source.path, 'abbreviation', declaredNames(source), ABBREVIATIONS),
      ...fileName(source.path),
    ];
  });
}

function exportedNames(source: Source): readonly Name[] {
  return exportsOf(source).map(({ name, line }) => ({ text: name, line }));
}

/** The contract's keys are what crosses the wire and reaches the disk. */
function wireFields(source: Source): readonly Name[] {
  if (!isWithin(source.path, ['kernel/contract'])) return [];
  return nodesOf(source).flatMap((node) => {
    if (!ts.isPropertyAssignment(node) && !ts.isPropertySignature(node)) return [];
    return named(source, node.name);
  });
}

function declaredNames(source: Source): readonly Name[] {
  return nodesOf(source).flatMap((node) => {
    const isDeclaration =
      ts.isVariableDeclaration(node) ||
      ts.isParameter(node) ||
      ts.isFunctionDeclaration(node) ||
      ts.isBindingElement(node);
    return isDeclaration && node.name ? named(source, node.name) : [];
  });
}

function named(source: Source, name: ts.Node): readonly Name[] {
  if (!ts.isIdentifier(name) && !ts.isStringLiteral(name)) return [];
  return [{ text: name.text, line: lineOf(source, name) }];
}

function misnamed(
  path: string,
  rule: string,
  names: readonly Name[],
  banned: readonly BannedWord[],
): readonly Violation[] {
  return names.flatMap(({ text, line }) => {
    const words = wordsOf(text);
    return banned.flatMap((row) => {
      const word = row.words.find((it) => words.includes(it));
      if (word === undefined) return [];
      return [{ path, line, rule, message: `"${word}" in ${text}: say ${row.instead}` }];
    });
  });
}

/** Splits `toolCallId`, `tool_call_id` and `TOOL_CALL_ID` into `tool`, `call`, `id`. */
function wordsOf(name: string): readonly string[] {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);
}

function fileName(path: string): readonly Violation[] {
  const name = posix.basename(path, '.ts');
  const complain = (message: string) => [{ path, line: 1, rule: 'file-name', message }];
  if (!/^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9-]+)*$/.test(name)) {
    return complain('file names are kebab-case: some-name.ts');
  }
  if (BANNED_FILE_NAMES.includes(name)) return complain('name the file after what it owns');
  return [];
}
