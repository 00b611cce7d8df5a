/**
 * The house as tests: every rule over the whole repository. A failure lists `path:line`, the rule
 * and what to do instead; the rules themselves are tested in the other files of this folder.
 */
import { describe, expect, test } from 'vitest';
import { ERROR_CODES } from '../../kernel/errors.ts';
import { entriesOf, MANIFEST } from './manifest.ts';
import { checkBans } from './rules/bans.ts';
import { checkComments } from './rules/comments.ts';
import { checkDeadExports } from './rules/dead-exports.ts';
import { checkDeadFiles } from './rules/dead-files.ts';
import {
  checkChangelog,
  checkFolderParagraphs,
  checkInvariants,
  checkLinks,
  checkReadmeLength,
  checkScripts,
} from './rules/documents.ts';
import { checkErrorCodes } from './rules/error-codes.ts';
import { checkImports } from './rules/imports.ts';
import { checkMachinePaths } from './rules/machine-paths.ts';
import { checkManifest } from './rules/manifest.ts';
import { checkNames } from './rules/names.ts';
import { checkSizes } from './rules/sizes.ts';
import { CODE, HOUSE_FOLDERS, PATHS, SHIPPED_FOLDERS, TOP_LEVEL_FOLDERS } from './sources.ts';
import { source, sources } from './sources.ts';
import { isWithin, toLines, type Violation } from './violation.ts';

const published = CODE.filter(({ path }) => isWithin(path, SHIPPED_FOLDERS));
const testCode = CODE.filter(({ path }) => isWithin(path, ['tests']));
const documents = sources((path) => path.endsWith('.md'));

/** Started by its path, in a process of its own, and imported by nobody. */
const WORKER = 'adapters/sandbox/worker/main.ts';

const ROOT_DOCUMENTS = [
  'ARCHITECTURE.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'LICENSE',
  'README.md',
  'SECURITY.md',
];

const holds = (violations: readonly Violation[]): void => expect(toLines(violations)).toEqual([]);

describe('code', () => {
  test('imports follow the law', () => holds(checkImports(CODE)));
  test('files, functions and lines are small', () => holds(checkSizes(CODE)));
  test('nothing banned is used', () => holds(checkBans(CODE)));
  test('names follow the glossary', () => holds(checkNames(CODE)));
  test('headers and docstrings are there, leftovers are not', () => holds(checkComments(CODE)));
  test('every published file is reachable', () =>
    holds(checkDeadFiles(published, [...entriesOf(MANIFEST), WORKER])));
  test('every export has a user', () => holds(checkDeadExports(published, CODE)));
  test('every error code is answered and tested', () =>
    holds(checkErrorCodes(ERROR_CODES, published, testCode)));
});

describe('repository', () => {
  test('package.json pins and uses what it names', () => holds(checkManifest(MANIFEST, published)));
  test('no path of a machine', () => holds(checkMachinePaths(sources(() => true))));

  test('the top-level folders are those of the house', () => {
    expect(TOP_LEVEL_FOLDERS.toSorted()).toEqual([...HOUSE_FOLDERS].toSorted());
  });

  test('the licence is the one that package.json names', () => {
    const licence = source('LICENSE').text;
    expect(MANIFEST.license).toBe('Apache-2.0');
    expect(licence).toMatch(/^\s*Apache License\s+Version 2\.0, January 2004\s/);
    expect(licence).toContain('END OF TERMS AND CONDITIONS');
  });

  test('the run of the project is what the README promises', () => {
    const commands = source('README.md').text.match(/npm ci && npm (?:test|run demo)/g) ?? [];
    expect(new Set(commands)).toEqual(new Set(['npm ci && npm run demo', 'npm ci && npm test']));
    expect(source('.ci/run').text).toMatch(/^npm ci\nnpm test$/m);
  });
});

describe('prose', () => {
  test('every root document is there', () => {
    expect(PATHS).toEqual(expect.arrayContaining(ROOT_DOCUMENTS));
  });

  test('links lead somewhere', () => holds(checkLinks(documents, PATHS)));
  test('npm scripts that it names are there', () =>
    holds(checkScripts(documents, Object.keys(MANIFEST.scripts))));
  test('the README is short', () => holds(checkReadmeLength(source('README.md'))));
  test('invariants name their tests', () =>
    holds(checkInvariants(source('ARCHITECTURE.md'), PATHS)));
  test('each folder has its paragraph', () =>
    holds(checkFolderParagraphs(source('ARCHITECTURE.md'), HOUSE_FOLDERS)));
  test('the changelog begins with this version', () =>
    holds(checkChangelog(source('CHANGELOG.md'), MANIFEST.version)));
});
