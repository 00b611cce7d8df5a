/**
 * Walks every path of a session machine. The walk is over pairs of a snapshot and a witness, so a
 * rule about the past of a path is judged on every path and not on a sample: two paths that the
 * rules could tell apart never share a place.
 */
import type { ActorLogic, ActorScope, AnyTransitionDefinition } from 'xstate';
import {
  getAdjacencyMap,
  getShortestPaths,
  type AdjacencyMap,
  type AdjacencyValue,
} from 'xstate/graph';
import type { sessionMachine, SessionInput } from '../../../machines/index.ts';
import { eventsFor, type AnyEvent } from './events.ts';
import { nameOf, type Place } from './place.ts';
import { RULES_OF_EXCHANGE } from './rules-of-exchange.ts';
import { RULES, type SessionSnapshot, type Move } from './rules.ts';
import { firstWitness, hear, nextRequestId, see, type Effect } from './witness.ts';

export type SessionMachine = typeof sessionMachine;

/** A place, and where each event leads from it. */
export interface Visit {
  readonly place: Place;
  readonly steps: readonly { readonly event: AnyEvent; readonly to: Place }[];
}

export interface Walk {
  /** By the names of the places. */
  readonly visits: ReadonlyMap<string, Visit>;
  readonly taken: ReadonlySet<AnyTransitionDefinition>;
  /** The rules that some move broke. */
  readonly broken: readonly string[];
}

/** How a snapshot gets from one move to the next: as it is, or through the disk. */
export type Carry = (snapshot: SessionSnapshot) => SessionSnapshot;

const asItIs: Carry = (snapshot) => snapshot;

type Logic = ActorLogic<Place, AnyEvent, SessionInput>;
type Scope = ActorScope<Place, AnyEvent>;

export interface Manner {
  readonly carry?: Carry;
  /** An earlier walk, whose places this one does not go through again. */
  readonly known?: Walk;
}

/** Walks all paths from one start. A place where a rule broke is a dead end. */
export function explore(
  machine: SessionMachine,
  input: SessionInput,
  { carry = asItIs, known }: Manner = {},
): Walk {
  const { taken, listen } = transitionListener();
  const map = getAdjacencyMap(logicOf(machine, carry, listen), {
    input,
    events: eventsAt,
    serializeState: nameOf,
    stopWhen: (place) => isDeadEnd(place) || known?.visits.has(nameOf(place)) === true,
  });
  const visits = visitsOf(map);
  const broken = [...visits.values()].flatMap(({ place }) => place.broken);
  return { visits, taken, broken: [...new Set(broken)] };
}

function visitsOf(map: AdjacencyMap<Place, AnyEvent>): ReadonlyMap<string, Visit> {
  const entries: readonly [string, AdjacencyValue<Place, AnyEvent>][] = Object.entries(map);
  return new Map(
    entries.map(([name, { state: place, transitions }]) => {
      const edges: readonly { event: AnyEvent; state: Place }[] = Object.values(transitions);
      return [name, { place, steps: edges.map(({ event, state: to }) => ({ event, to })) }];
    }),
  );
}

/** Finds the shortest path that breaks a rule, or null. The walk ends once it is found. */
export function counterexample(
  machine: SessionMachine,
  input: SessionInput,
  rule: string,
): readonly AnyEvent[] | null {
  let isFound = false;
  const [path] = getShortestPaths(
    logicOf(machine, asItIs, () => {}),
    {
      input,
      events: (place) => (isFound ? [] : eventsAt(place)),
      serializeState: nameOf,
      stopWhen: (place) => {
        isFound ||= place.broken.includes(rule);
        return isDeadEnd(place);
      },
      toState: ({ broken }) => broken.includes(rule),
    },
  );
  return path ? path.steps.slice(1).map(({ event }) => event) : null;
}

/** Writes a counterexample as the events that lead to it, one to a line, ready to be replayed. */
export function printed(rule: string, events: readonly object[] | null): string {
  const lines = (events ?? []).map((event, index) => `${index + 1}. ${JSON.stringify(event)}`);
  return [`broken: ${rule}`, ...lines].join('\n');
}

const eventsAt = ({ witness }: Place): readonly AnyEvent[] =>
  eventsFor(witness.in_flight, nextRequestId(witness));

const isDeadEnd = ({ broken }: Place): boolean => broken.length > 0;

/** Collects the transitions that a walk takes, those without an event included. */
function transitionListener() {
  const taken = new Set<AnyTransitionDefinition>();
  const heard = new WeakSet<Scope['system']>();
  const listen = (system: Scope['system']): void => {
    if (heard.has(system)) return;
    heard.add(system);
    system.inspect((inspected) => {
      if (inspected.type !== '@xstate.microstep') return;
      for (const transition of inspected._transitions) taken.add(transition);
    });
  };
  return { taken, listen };
}

const ALL_RULES = Object.entries({ ...RULES, ...RULES_OF_EXCHANGE });

function arrive(move: Move): Place {
  const broken = ALL_RULES.filter(([, holds]) => !holds(move)).map(([rule]) => rule);
  const { to: session, seen: witness } = move;
  return { status: 'active', output: undefined, error: undefined, session, witness, broken };
}

/** Runs one move and catches the effects that it starts, without running them. */
function caught(scope: Scope, run: (scope: never) => SessionSnapshot) {
  const started: Effect[] = [];
  const actionExecutor: Scope['actionExecutor'] = ({ type, params }) => {
    if (type === 'xstate.spawnChild') started.push(params as Effect);
  };
  const to = run({ ...scope, actionExecutor } as never);
  return { to, started };
}

function logicOf(
  machine: SessionMachine,
  carry: Carry,
  listen: (system: Scope['system']) => void,
): Logic {
  return {
    getInitialSnapshot(scope, input) {
      listen(scope.system);
      const { to, started } = caught(scope, (within) => machine.getInitialSnapshot(within, input));
      const known = firstWitness(input.limits ?? {});
      const seen = started.reduce(see, known);
      return arrive({ event: null, from: null, to, started, known, heard: known, seen });
    },
    transition({ session, witness: known }, event, scope) {
      listen(scope.system);
      const from = carry(session);
      const { to, started } = caught(scope, (within) =>
        machine.transition(from, event as never, within),
      );
      const heard = hear(known, event);
      const seen = started.reduce(see, heard);
      return arrive({ event, from, to, started, known, heard, seen });
    },
    getPersistedSnapshot: (place) => place,
  };
}
