/** Takes programs out of prose: the fenced `ts` blocks of a document and what they should print. */

/** A fenced block; one marked `ts run` is executed, the others are only type-checked. */
export interface Block {
  /** As in `README.md:42`, where the fence opens. */
  readonly name: string;
  readonly line: number;
  readonly text: string;
  readonly isRun: boolean;
}

const FENCE = /^```ts( run)?\n(.*?)^```$/gms;

/** Lists the `ts` blocks of a document in order. */
export function blocksOf(path: string, document: string): readonly Block[] {
  return [...document.matchAll(FENCE)].map(({ index, 1: mark, 2: text = '' }) => {
    const line = document.slice(0, index).split('\n').length;
    return { name: `${path}:${line}`, line, text, isRun: mark !== undefined };
  });
}

/** The lines that a program promises to print: what stands behind each `// => `, in order. */
export function promisedLines(program: string): readonly string[] {
  return [...program.matchAll(/\/\/ => (.*)$/gm)].map(([, line = '']) => line.trimEnd());
}
