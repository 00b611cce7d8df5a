/** How a chart of this house is built; each rule lists what is wrong with a machine. */
import type { AnyStateMachine, AnyStateNode } from 'xstate';
import { stateNodes, toStates, toTable } from '../../../machines/describe.ts';

type HouseRule = (machine: AnyStateMachine) => readonly string[];

interface InvokeConfig {
  readonly id?: unknown;
  readonly src?: unknown;
  readonly onDone?: unknown;
  readonly onError?: unknown;
}

const idsOf = (nodes: readonly AnyStateNode[]): readonly string[] => nodes.map(({ id }) => id);

const invokesOf = (node: AnyStateNode): readonly InvokeConfig[] => {
  const { invoke = [] } = node.config as { readonly invoke?: InvokeConfig | InvokeConfig[] };
  return [invoke].flat();
};

/** Events of our own; those of XState begin with its name. */
const eventsOf = (machine: AnyStateMachine): readonly string[] =>
  stateNodes(machine)
    .flatMap((node) => [...node.transitions.keys()] as readonly string[])
    .filter((event) => !event.startsWith('xstate.'));

const KNOWN_TAGS: readonly string[] = ['waiting', 'busy', 'needs_human'];

/** The names that the chart uses, by the kind of part that they name. */
function namesIn(machine: AnyStateMachine): Readonly<Record<string, ReadonlySet<string>>> {
  const rows = toTable(machine);
  return {
    guards: new Set(rows.flatMap(({ guard }) => guard ?? [])),
    actions: new Set(rows.flatMap(({ actions }) => actions)),
    actors: new Set(toStates(machine).flatMap(({ effects }) => effects)),
  };
}

function compareParts(
  machine: AnyStateMachine,
  report: (used: ReadonlySet<string>, provided: ReadonlySet<string>) => readonly string[],
): readonly string[] {
  const provided = machine.implementations as unknown as Readonly<Record<string, object>>;
  return Object.entries(namesIn(machine)).flatMap(([kind, used]) =>
    report(used, new Set(Object.keys(provided[kind] ?? {}))).map((name) => `${kind}.${name}`),
  );
}

export const HOUSE_RULES: Readonly<Record<string, HouseRule>> = {
  'time is a wakeup record: no `after`': (machine) =>
    idsOf(stateNodes(machine).filter(({ after }) => after.length > 0)),
  'every event is named: no wildcard': (machine) =>
    eventsOf(machine).filter((event) => event.includes('*')),
  'events are dotted: noun.verb for a command, noun.past for a fact': (machine) =>
    eventsOf(machine).filter((event) => !/^[a-z]+(?:\.[a-z_]+)+$/.test(event)),
  'an effect has a name, an id that stays, and a way on from success and from failure': (machine) =>
    stateNodes(machine).flatMap((node) =>
      invokesOf(node)
        .filter(({ id, src, onDone, onError }) => {
          const isNamed = typeof id === 'string' && typeof src === 'string';
          return !isNamed || onDone === undefined || onError === undefined;
        })
        .map(() => node.id),
    ),
  'one effect at a time in a state': (machine) =>
    idsOf(stateNodes(machine).filter((node) => invokesOf(node).length > 1)),
  'every state says what it is for': (machine) =>
    idsOf(stateNodes(machine).filter(({ description }) => !description)),
  'tags are those that observers know': (machine) =>
    stateNodes(machine).flatMap(({ tags }) => tags.filter((tag) => !KNOWN_TAGS.includes(tag))),
  'state keys are snake_case, as they are saved': (machine) =>
    stateNodes(machine)
      .flatMap(({ path }) => path)
      .filter((key) => !/^[a-z]+(?:_[a-z]+)*$/.test(key)),
  'no history and no entry or exit actions: what happens is written on the transition': (machine) =>
    idsOf(
      stateNodes(machine).filter(
        ({ type, entry, exit }) => type === 'history' || entry.length + exit.length > 0,
      ),
    ),
  'every part that the chart names is there': (machine) =>
    compareParts(machine, (used, provided) => [...used].filter((name) => !provided.has(name))),
  'every part that is there is named by the chart': (machine) =>
    compareParts(machine, (used, provided) => [...provided].filter((name) => !used.has(name))),
  'it says which version of itself a session was saved by': ({ id, version }) =>
    version ? [] : [id],
};

/** Everything that is wrong with a machine, one line each. */
export function complaints(machine: AnyStateMachine): readonly string[] {
  return Object.entries(HOUSE_RULES).flatMap(([rule, wrongIn]) =>
    wrongIn(machine).map((place) => `${rule}: ${place}`),
  );
}
