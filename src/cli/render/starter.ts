/** What `troupe init` wrote, and what to do with it. */
import { printableLine } from '../printable.ts';
import type { WrittenStarter } from '../starter/write.ts';
import type { Style } from './style.ts';

/** Writes what was made and what comes next. */
export function starterText(written: WrittenStarter, style: Style): string {
  const { folder, files, key_id, public_key_file, next } = written;
  return [
    `${style.good('Wrote')} ${files.join(', ')} in ${printableLine(folder)}`,
    `${style.good('Made')} evidence key ${key_id.slice(0, 12)}: sessions are signed with it.`,
    `Keep a copy of ${public_key_file} where nobody who can write to this folder can change it`,
    style.faint('next'),
    ...next.map((line) => `  ${printableLine(line)}`),
  ].join('\n');
}
