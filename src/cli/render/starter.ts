/** What `troupe init` wrote, and what to do with it. */
import { printableLine } from '../printable.ts';
import type { WrittenStarter } from '../starter/write.ts';
import type { Style } from './style.ts';

/** Writes what was made and what comes next. */
export function starterText({ folder, files, next }: WrittenStarter, style: Style): string {
  return [
    `${style.good('Wrote')} ${files.join(', ')} in ${printableLine(folder)}`,
    style.faint('next'),
    ...next.map((line) => `  ${printableLine(line)}`),
  ].join('\n');
}
