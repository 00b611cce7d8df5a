/** The pictures of a machine: table, diagram, importable JSON. The session's own are its README. */
import { createMachine } from 'xstate';
import { describe, expect, test } from 'vitest';
import {
  sessionMachine,
  toDefinition,
  toMermaid,
  toStates,
  toTable,
} from '../../machines/index.ts';

/** A small machine with one of everything that can be drawn. */
const lamp = createMachine({
  id: 'lamp',
  initial: 'off',
  context: () => ({ lit: 0 }),
  states: {
    off: {
      description: 'Dark.',
      tags: ['waiting'],
      on: {
        'lamp.press': { target: 'on', actions: ['count', { type: 'note', params: { a: 1 } }] },
      },
    },
    on: {
      initial: 'warming',
      states: {
        warming: {
          always: [{ guard: 'isWarm', target: 'bright' }, { target: '#lamp.off' }],
        },
        bright: {
          invoke: { id: 'shine', src: 'shine', onDone: '#lamp.broken', onError: '#lamp.broken' },
        },
      },
      on: {
        'lamp.press': [
          { guard: { type: 'isLate', params: () => ({}) }, target: 'off', description: 'Night.' },
          { guard: () => true, target: 'off' },
          { target: 'off', actions: () => {} },
        ],
      },
    },
    broken: { type: 'final' },
  },
  on: { 'lamp.drop': { target: '.broken' }, 'lamp.clean': { actions: 'polish' } },
  output: () => 1,
});

describe('the table', () => {
  test('has a row for each declared transition, in the order of the chart', () => {
    const rows = toTable(lamp).map(({ source, event, guard, target, actions }) =>
      [source, event, guard ?? '-', target ?? '-', actions.join('+') || '-'].join(' '),
    );
    expect(rows).toEqual([
      'lamp lamp.drop - broken -',
      'lamp lamp.clean - - polish',
      'off lamp.press - on count+note',
      'on lamp.press isLate off -',
      'on lamp.press inline! off -',
      'on lamp.press - off inline!',
      'on.warming always isWarm on.bright -',
      'on.warming always - off -',
      'on.bright done(shine) - broken -',
      'on.bright error(shine) - broken -',
    ]);
    expect(toTable(lamp)[3]?.description).toBe('Night.');
  });

  test('of the states has their tags and effects', () => {
    expect(toStates(lamp).map(({ path, type }) => `${path} ${type}`)).toEqual([
      'off atomic',
      'on compound',
      'on.warming atomic',
      'on.bright atomic',
      'broken final',
    ]);
    expect(toStates(lamp)[0]).toMatchObject({ tags: ['waiting'], description: 'Dark.' });
    expect(toStates(lamp)[3]).toMatchObject({ effects: ['shine'], description: null });
  });
});

test('the diagram nests states, shares arrows, and tells the rest of a choice as else', () => {
  expect(toMermaid(lamp)).toBe(`stateDiagram-v2
  [*] --> off
  off
  state on {
    [*] --> on__warming
    on__warming : warming
    on__bright : bright
  }
  broken
  broken --> [*]
  off --> on : lamp.press
  on --> off : lamp.press [isLate / inline! / else]
  on__warming --> on__bright : [isWarm]
  on__warming --> off : [else]
  on__bright --> broken : done(shine)<br/>error(shine)
  note right of broken : lamp.drop in every state
`);
});

describe('the definition', () => {
  test('is plain JSON: names stay, what is computed goes, what has no name says so', () => {
    const definition = toDefinition(lamp);
    expect(JSON.parse(JSON.stringify(definition))).toEqual(definition);
    expect(Object.keys(definition)).toEqual(['id', 'initial', 'states', 'on']);
    expect(definition).toMatchObject({
      states: {
        off: {
          on: { 'lamp.press': { actions: ['count', { type: 'note', params: { a: 1 } }] } },
        },
        on: {
          on: {
            'lamp.press': [
              { guard: { type: 'isLate' }, target: 'off' },
              { guard: 'inline!', target: 'off' },
              { actions: 'inline!', target: 'off' },
            ],
          },
        },
      },
    });
  });

  test('makes the same chart again', () => {
    const again = createMachine(toDefinition(sessionMachine));
    expect(toTable(again)).toEqual(toTable(sessionMachine));
    expect(toStates(again)).toEqual(toStates(sessionMachine));
    expect(toMermaid(again)).toBe(toMermaid(sessionMachine));
  });
});
