/** Tables and pairs without borders, so that `grep`, `awk` and people can read them alike. */
import Table from 'cli-table3';
import { printableLine } from '../printable.ts';
import type { Style } from './style.ts';

const NO_BORDERS = {
  ...{ top: '', 'top-mid': '', 'top-left': '', 'top-right': '' },
  ...{ bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '' },
  ...{ left: '', 'left-mid': '', right: '', 'right-mid': '' },
  ...{ mid: '', 'mid-mid': '', middle: '  ' },
};

const BARE = { head: [], border: [], 'padding-left': 0, 'padding-right': 0 };

/** Lines up rows below their head; every cell is made printable. */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  style: Style,
): string {
  const lines = new Table({ chars: NO_BORDERS, style: BARE, head: head.map(style.strong) });
  for (const row of rows) lines.push(row.map(printableLine));
  return trimLines(lines.toString());
}

/** Lines up names and what they stand for; what is absent has no line. */
export function pairs(
  members: Readonly<Record<string, string | number | undefined>>,
  style: Style,
): string {
  const lines = new Table({ chars: NO_BORDERS, style: BARE });
  for (const [name, shown] of Object.entries(members)) {
    if (shown !== undefined) lines.push([style.faint(name), printableLine(String(shown))]);
  }
  return trimLines(lines.toString());
}

const trimLines = (text: string): string => text.replace(/ +$/gm, '');
