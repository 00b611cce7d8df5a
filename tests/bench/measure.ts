/** What a benchmark is, and how its figures become the lines that `npm run bench` prints. */

export interface Plan {
  /** How often each figure is taken. */
  readonly runs: number;
  /** A short look instead of a figure to quote. */
  readonly isQuick: boolean;
}

/** One figure with a value for each run. */
export interface Figure {
  readonly bench: string;
  readonly unit: string;
  readonly values: readonly number[];
  /** What it was taken of: sizes, counts, the kind of call. */
  readonly of: Readonly<Record<string, number | string>>;
}

export interface Benchmark {
  /** As `--only` takes it. */
  readonly name: string;
  readonly measure: (plan: Plan) => AsyncIterable<Figure>;
}

/** Brings a figure to one line of JSON: the median, and how far the runs lie apart. */
export function toLine({ bench, unit, values, of }: Figure): string {
  const sorted = values.toSorted((a, b) => a - b);
  const [min = NaN] = sorted;
  const max = sorted.at(-1) ?? NaN;
  const spread = { median: median(values), min, max };
  const rounded = Object.entries(spread).map(([name, value]) => [name, significant(value)]);
  return JSON.stringify({
    bench,
    unit,
    ...Object.fromEntries(rounded),
    runs: values.length,
    ...of,
  });
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

const significant = (value: number): number => Number(value.toPrecision(4));
