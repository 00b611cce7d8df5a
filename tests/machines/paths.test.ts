/** Every path of the session machine, judged by every rule; and every transition is on one. */
import { describe, expect, test } from 'vitest';
import { stateNodes, toTable } from '../../machines/describe.ts';
import { sessionMachine } from '../../machines/index.ts';
import { untaken } from './support/coverage.ts';
import { counterexample, explore, printed } from './support/explore.ts';
import { stateOf } from './support/rules.ts';
import { AT_ONCE, OTHER_STARTS } from './support/starts.ts';

const main = explore(sessionMachine, AT_ONCE.input);
const starts = [
  { ...AT_ONCE, walk: main },
  ...OTHER_STARTS.map(({ name, input }) => {
    return { name, input, walk: explore(sessionMachine, input, { known: main }) };
  }),
];
const walks = starts.map(({ walk }) => walk);

describe('a session', () => {
  test.each(starts)('that starts $name keeps every rule on every path', ({ input, walk }) => {
    const found = walk.broken.map((rule) =>
      printed(rule, counterexample(sessionMachine, input, rule)),
    );
    expect(found.join('\n')).toBe('');
  });

  test('comes to rest in every state of the chart but those that only decide', () => {
    const visits = walks.flatMap(({ visits }) => [...visits.values()]);
    const reached = new Set(visits.map(({ place }) => stateOf(place.session)));
    const resting = stateNodes(sessionMachine)
      .filter(({ type, always }) => type !== 'compound' && always === undefined)
      .map(({ path }) => path.join('.'));
    expect([...reached].toSorted()).toEqual(resting.toSorted());
  });

  test('takes every declared transition on some path', () => {
    expect(untaken(sessionMachine, walks)).toEqual([]);
  });

  test('has no two transitions that read the same, so that each is counted', () => {
    const rows = toTable(sessionMachine).map((row) => JSON.stringify(row));
    expect(rows).toHaveLength(new Set(rows).size);
  });
});
