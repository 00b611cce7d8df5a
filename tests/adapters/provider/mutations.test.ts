/**
 * Answers that were bent on their way: recorded transcripts with pieces cut out, doubled, swapped
 * and replaced, by a seed. Whatever arrives, a turn is a value: a turn that makes sense, or a code.
 */
import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { turnOutput } from '../../../kernel/index.ts';
import { API_KEY, fixture, KINDS, scriptedProvider, TOOLS, turnRequest } from './harness.ts';

const SEEDS = 60;
const HOSTILE = [
  ...['{', '}', '"', ',', '\\', '\n\n', 'null', '[]', '-1', '1e999', 'data: ', 'event: error\n'],
  ...['"__proto__":{"a":1},', '\u0000', '\ud800', '"index":-1', '"index":99999999', '[DONE]'],
];

/** Numbers from 0 to 1 that follow from a seed (mulberry32). */
function numbersOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function bent(text: string, seed: number): string {
  const next = numbersOf(seed);
  const place = (): number => Math.floor(next() * text.length);
  let changed = text;
  for (let left = 1 + Math.floor(next() * 3); left > 0; left -= 1) {
    const [from, to] = [place(), place()].toSorted((a, b) => a - b) as [number, number];
    const piece = HOSTILE[Math.floor(next() * HOSTILE.length)] ?? '';
    const bends = [
      () => changed.slice(0, from) + changed.slice(to),
      () => changed.slice(0, from) + piece + changed.slice(from),
      () => changed.slice(0, to) + changed.slice(from, to) + changed.slice(to),
      () => changed.slice(0, to),
      () => changed.slice(0, from) + piece + changed.slice(from + piece.length),
    ];
    changed = bends[Math.floor(next() * bends.length)]?.() ?? changed;
  }
  return changed;
}

const files = KINDS.flatMap((kind) =>
  readdirSync(new URL(`../../../fixtures/provider/${kind}/`, import.meta.url))
    .filter((name) => /\.(?:json|sse)$/.test(name))
    .map((name) => [kind, name] as const),
);

describe.each(files)('%s %s', (kind, name) => {
  const whole = fixture(`${kind}/${name}`);
  const isStream = name.endsWith('.sse');
  const headers = { 'content-type': isStream ? 'text/event-stream' : 'application/json' };

  test(`bent by ${SEEDS} seeds is a turn or a code`, async () => {
    const wrong: string[] = [];
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const { run } = scriptedProvider(kind, [{ body: bent(whole, seed), headers }]);
      const output = await run(turnRequest(kind, { stream: isStream }));
      const said = JSON.stringify(output);
      const isTurn = output.success && turnOutput.safeParse(output.data).success;
      const isFailure = !output.success && /^PROVIDER_[A-Z_]+$/.test(output.error?.code ?? '');
      const asked = isTurn ? (turnOutput.parse(output.data).requested_tools ?? []) : [];
      const isNamed = asked.every((tool) => typeof tool.name === 'string' && tool.name !== '');
      if (!(isTurn || isFailure) || !isNamed || said.includes(API_KEY)) {
        wrong.push(`seed ${seed}: ${said.slice(0, 300)}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(Object.prototype).not.toHaveProperty('a');
    expect(TOOLS).toHaveLength(2);
  });
});
