/** Banned calls, types and statements, each with what takes its place. */
import { BANS, type Ban } from '../data/bans.ts';
import { lineOf, nodesOf } from '../syntax.ts';
import { isWithin, type Source, type Violation } from '../violation.ts';

/** Checks every source against the list of bans. */
export function checkBans(sources: readonly Source[]): readonly Violation[] {
  return sources.flatMap((source) => {
    const bans = BANS.filter((ban) => applies(ban, source.path));
    return nodesOf(source).flatMap((node) =>
      bans
        .filter(({ pattern }) => pattern(node))
        .map(({ name, instead }) => ({
          path: source.path,
          line: lineOf(source, node),
          rule: 'ban',
          message: `${name} is banned here: ${instead}`,
        })),
    );
  });
}

function applies(ban: Ban, path: string): boolean {
  return isWithin(path, ban.within) && !isWithin(path, ban.except ?? []);
}
