/** Prose that can be checked: links, invariants, folders, versions, commands, length. */
import { posix } from 'node:path';
import { INVARIANTS_MIN, README_LINES_MAX } from '../data/size-limits.ts';
import type { Source, Violation } from '../violation.ts';

const complainIn =
  (path: string) =>
  (line: number, rule: string, message: string): Violation => ({ path, line, rule, message });

const linesOf = ({ text }: Source): readonly (readonly [line: number, text: string])[] =>
  text.split('\n').map((line, index) => [index + 1, line]);

/** Checks that every relative link of a document leads to a file or a folder. */
export function checkLinks(
  documents: readonly Source[],
  paths: readonly string[],
): readonly Violation[] {
  const leadsSomewhere = (target: string): boolean =>
    paths.some((path) => path === target || path.startsWith(`${target}/`));
  return documents.flatMap((document) =>
    linesOf(document).flatMap(([line, text]) =>
      [...text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].flatMap(([, link = '']) => {
        if (/^[a-z]+:/.test(link)) return [];
        const target = posix.join(posix.dirname(document.path), link).replace(/\/$/, '');
        if (leadsSomewhere(target)) return [];
        return [
          complainIn(document.path)(line, 'link', `${link} leads nowhere: mend or remove it`),
        ];
      }),
    ),
  );
}

/** Checks that there are invariants, and that each names a test that is there. */
export function checkInvariants(document: Source, paths: readonly string[]): readonly Violation[] {
  const complain = complainIn(document.path);
  const invariants = invariantsOf(document);
  if (invariants.length < INVARIANTS_MIN) {
    const message = `${invariants.length} lines start with **Invariant:**, write ${INVARIANTS_MIN}`;
    return [complain(1, 'invariant', message)];
  }
  return invariants.flatMap(([line, text]) => {
    const tests = [...text.matchAll(/`(tests\/[^`]+\.test\.ts)`/g)].map(([, path = '']) => path);
    if (tests.length === 0) {
      return [complain(line, 'invariant', 'name the test that holds it: `tests/….test.ts`')];
    }
    return tests
      .filter((path) => !paths.includes(path))
      .map((path) => complain(line, 'invariant', `${path} is not there: name the test that is`));
  });
}

/** Each invariant with its further lines, up to an empty line or the next invariant. */
function invariantsOf(document: Source): readonly (readonly [line: number, text: string])[] {
  const lines = linesOf(document);
  return lines.flatMap(([line, text], index) => {
    if (!isInvariant(text)) return [];
    const rest = lines.slice(index + 1).map(([, it]) => it);
    const end = rest.findIndex((it) => it === '' || isInvariant(it));
    return [[line, [text, ...rest.slice(0, end === -1 ? undefined : end)].join(' ')] as const];
  });
}

function isInvariant(text: string): boolean {
  return /^(?:- )?\*\*Invariant:\*\*/.test(text);
}

/** Checks that a heading or a bold opening names each top-level folder. */
export function checkFolderParagraphs(
  document: Source,
  folders: readonly string[],
): readonly Violation[] {
  const lines = document.text.split('\n').map((text) => text.replace(/^(?:#+ |\*\*)/, '¶'));
  return folders
    .filter((folder) => !lines.some((text) => text.startsWith(`¶\`${folder}/\``)))
    .map((folder) => {
      const message = `${folder}/ has no paragraph: start one with **\`${folder}/\`**`;
      return complainIn(document.path)(1, 'folder-paragraph', message);
    });
}

/** Checks that the newest heading of the changelog is the version of the package. */
export function checkChangelog(document: Source, version: string): readonly Violation[] {
  const newest = /^## \[([^\]]+)\]/m.exec(document.text)?.[1];
  if (newest === version) return [];
  const message = `its newest entry is ${newest ?? 'missing'}, package.json says ${version}`;
  return [complainIn(document.path)(1, 'changelog', message)];
}

/** Checks that the README can be read in one sitting. */
export function checkReadmeLength(document: Source): readonly Violation[] {
  const count = document.text.trimEnd().split('\n').length;
  if (count <= README_LINES_MAX) return [];
  const message = `${count} lines, ${README_LINES_MAX} at most: move detail to ARCHITECTURE.md`;
  return [complainIn(document.path)(README_LINES_MAX + 1, 'readme-size', message)];
}

/** Checks that every `npm run name` of a document is a script of the package. */
export function checkScripts(
  documents: readonly Source[],
  scripts: readonly string[],
): readonly Violation[] {
  return documents.flatMap((document) =>
    linesOf(document).flatMap(([line, text]) =>
      [...text.matchAll(/npm run (?:--silent |-s )?([a-z][\w:-]*)/g)]
        .filter(([, name = '']) => !scripts.includes(name))
        .map(([, name]) => complainIn(document.path)(line, 'script', `there is no script ${name}`)),
    ),
  );
}
