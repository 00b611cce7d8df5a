/**
 * Generated text in the repository: a test compares it with its source of truth, and
 * `UPDATE=1 npx vitest run tests/tidy` writes it.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { posix } from 'node:path';
import { expect } from 'vitest';
import { ROOT } from '../sources.ts';

const isUpdate = process.env['UPDATE'] === '1';

/** Compares a wholly generated file with its text, or writes it under `UPDATE=1`. */
export function expectGeneratedFile(path: string, text: string): void {
  const file = `${ROOT}${path}`;
  if (isUpdate) {
    mkdirSync(posix.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  const found = existsSync(file) ? readFileSync(file, 'utf8') : '';
  expect(found, `${path} is out of date: UPDATE=1 npx vitest run tests/tidy`).toBe(text);
}

/** Compares the part of a document between two marks, or writes it under `UPDATE=1`. */
export function expectGeneratedPart(path: string, name: string, text: string): void {
  const document = readFileSync(`${ROOT}${path}`, 'utf8');
  expectGeneratedFile(path, replacePart(document, name, text));
}

/** Puts text between `<!-- generated: name -->` and `<!-- end: name -->`; throws without them. */
export function replacePart(document: string, name: string, text: string): string {
  const [open, close] = [`<!-- generated: ${name} -->`, `<!-- end: ${name} -->`];
  const [before, rest] = splitAt(document, open);
  const [, after] = splitAt(rest, close);
  return `${before}${open}\n\n${text}\n\n${close}${after}`;
}

function splitAt(text: string, mark: string): readonly [before: string, after: string] {
  const parts = text.split(mark);
  const [before, after] = parts;
  if (parts.length !== 2 || before === undefined || after === undefined) {
    throw new Error(`the document must hold ${mark} exactly once`);
  }
  return [before, after];
}
