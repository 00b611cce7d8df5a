/** No path of the machine on which something was written: it is on no other machine. */
import type { Source, Violation } from '../violation.ts';

const MACHINE_PATH = /(?<![\w.-])\/(?:work|root|home|Users)\//;

/** Checks every text line of the repository. */
export function checkMachinePaths(sources: readonly Source[]): readonly Violation[] {
  return sources.flatMap(({ path, text }) =>
    text.split('\n').flatMap((line, index) => {
      const found = MACHINE_PATH.exec(line);
      if (!found) return [];
      const message = `${found[0]} is a path of one machine: write it relative to the repository`;
      return [{ path, line: index + 1, rule: 'machine-path', message }];
    }),
  );
}
