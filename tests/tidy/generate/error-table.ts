/** The table of error codes for readers, made from the one that the code uses. */
import { ERROR_CODES, describeError } from '../../../kernel/errors.ts';

const HEAD = ['code', 'exit', 'http', 'retry', 'summary', 'remedy'];

/** Writes the error table as Markdown, one row per code. */
export function errorTable(): string {
  const rows = ERROR_CODES.map((code) => {
    const { exit, http, retry, summary, remedy } = describeError(code);
    return [`\`${code}\``, `${exit}`, `${http}`, `\`${retry}\``, summary, remedy];
  });
  return markdownTable([HEAD, ...rows]);
}

/** Aligns columns as Prettier does, so that formatting leaves the table alone. */
export function markdownTable(rows: readonly (readonly string[])[]): string {
  const [head = []] = rows;
  const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const rule = widths.map((width) => '-'.repeat(width));
  return [head, rule, ...rows.slice(1)].map(line).join('\n');
}
