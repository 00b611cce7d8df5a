/** Lengths of time as people write and read them. */

const UNITS = { d: 86_400_000, h: 3_600_000, min: 60_000, s: 1_000, ms: 1 };

/** Tells a length in the largest unit of which it is a whole number. */
export function durationText(duration_ms: number): string {
  const units = Object.entries(UNITS);
  const [unit, size] = units.find(([, length]) => duration_ms % length === 0) ?? ['ms', 1];
  return `${duration_ms / size} ${unit}`;
}

/** Reads `30m`, `2h` or `1d` to milliseconds; undefined for what is no such length. */
export function parseDuration(text: string): number | undefined {
  const [, count, unit = ''] = /^(\d{1,9}) ?(ms|s|m|min|h|d)$/.exec(text) ?? [];
  if (count === undefined) return undefined;
  return Number(count) * UNITS[(unit === 'm' ? 'min' : unit) as keyof typeof UNITS];
}
