/**
 * Pictures of a machine, read off its definition and off nothing else: its states and transitions
 * as rows, as a Mermaid diagram, and as the JSON that Stately's tools import.
 */
import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from 'xstate';

/** What a guard or an action is called that has no name; no machine of ours may show it. */
const INLINE = 'inline!';

/** One state, as people read it. */
export interface StateRow {
  /** Keys from the top, as in `awaiting_turn.idle`. */
  readonly path: string;
  readonly type: string;
  readonly tags: readonly string[];
  /** Names of the effects that run while the machine is in it. */
  readonly effects: readonly string[];
  readonly description: string | null;
}

/** One declared transition, as people read it. */
export interface TransitionRow {
  /** Path of the state that declares it; the id of the machine where it holds in every state. */
  readonly source: string;
  /** Type of the event, or `always`, `done(effect)`, `error(effect)`. */
  readonly event: string;
  readonly guard: string | null;
  /** Path of the state it leads to; null where the machine stays in its state. */
  readonly target: string | null;
  readonly actions: readonly string[];
  readonly description: string | null;
}

/** Lists every state node in the order of the chart, the machine's own root first. */
export function stateNodes(machine: AnyStateMachine): readonly AnyStateNode[] {
  const withChildren = (node: AnyStateNode): readonly AnyStateNode[] => [
    node,
    ...childrenOf(node).flatMap(withChildren),
  ];
  return withChildren(machine.root);
}

const childrenOf = (node: AnyStateNode): readonly AnyStateNode[] => Object.values(node.states);

const pathOf = (node: AnyStateNode): string => node.path.join('.') || node.machine.id;

/** Lists the states of a machine for tables and command lines. */
export function toStates(machine: AnyStateMachine): readonly StateRow[] {
  return stateNodes(machine)
    .filter((node) => node !== machine.root)
    .map((node) => ({
      path: pathOf(node),
      type: node.type,
      tags: node.tags,
      effects: node.invoke.map(({ src }) => nameOf(src)),
      description: node.description ?? null,
    }));
}

/** Lists every declared transition; the tests require that some path takes each of them. */
export function toTable(machine: AnyStateMachine): readonly TransitionRow[] {
  return stateNodes(machine).flatMap(declaredBy).map(rowOf);
}

const declaredBy = (node: AnyStateNode): readonly AnyTransitionDefinition[] => [
  ...(node.always ?? []),
  ...[...node.transitions.values()].flat(),
];

/** Describes one transition: the row that it has in `toTable`. */
export function rowOf(transition: AnyTransitionDefinition): TransitionRow {
  return {
    source: pathOf(transition.source),
    event: eventName(transition.eventType as string),
    guard: transition.guard === undefined ? null : nameOf(transition.guard),
    target: transition.target?.map(pathOf).join(', ') ?? null,
    actions: transition.actions.map(nameOf),
    description: transition.description ?? null,
  };
}

function eventName(type: string): string {
  if (type === '') return 'always';
  return type.replace(/^xstate\.(done|error)\.actor\.(.+)$/, '$1($2)');
}

/** Names a guard, an action or an effect as the chart does. */
export function nameOf(part: unknown): string {
  if (typeof part === 'string') return part;
  const named = typeof part === 'object' && part !== null && 'type' in part;
  return named && typeof part.type === 'string' ? part.type : INLINE;
}

/**
 * Draws a machine as a Mermaid `stateDiagram-v2`. What holds in every state is a note at its
 * target; transitions between the same two states share an arrow.
 */
export function toMermaid(machine: AnyStateMachine): string {
  const lines = [...boxes(machine.root, '  '), ...arrows(machine), ...notes(machine)];
  return ['stateDiagram-v2', ...lines, ''].join('\n');
}

/** Ids of a diagram are global, so a nested state carries its whole path in its own. */
const diagramId = (path: string): string => path.replaceAll('.', '__');

function boxes(node: AnyStateNode, indent: string): readonly string[] {
  const [initial] = node.initial?.target ?? [];
  const entry = initial ? [`${indent}[*] --> ${diagramId(pathOf(initial))}`] : [];
  return [...entry, ...childrenOf(node).flatMap((child) => box(child, indent))];
}

function box(node: AnyStateNode, indent: string): readonly string[] {
  const id = diagramId(pathOf(node));
  const inside = boxes(node, `${indent}  `);
  const composite = inside.length > 0 ? [`${indent}state ${id} {`, ...inside, `${indent}}`] : [];
  const name = id === node.key ? id : `${id} : ${node.key}`;
  const isNamed = composite.length > 0 && id === node.key;
  const exit = node.type === 'final' ? [`${indent}${id} --> [*]`] : [];
  return [...(isNamed ? [] : [`${indent}${name}`]), ...composite, ...exit];
}

function arrows(machine: AnyStateMachine): readonly string[] {
  const rows = toTable(machine).filter(({ source }) => source !== machine.id);
  const drawn = rows.filter(({ target }) => target !== null);
  const ends = ({ source, target }: TransitionRow): string =>
    `${diagramId(source)} --> ${diagramId(target ?? source)}`;
  return [...Map.groupBy(drawn, ends)].map(
    ([arrow, shared]) => `  ${arrow} : ${labelsOf(shared, rows).join('<br/>')}`,
  );
}

function notes(machine: AnyStateMachine): readonly string[] {
  return toTable(machine).flatMap((row) =>
    row.source !== machine.id || row.target === null
      ? []
      : [`  note right of ${diagramId(row.target)} : ${labelsOf([row], []).join()} in every state`],
  );
}

/** One label for each event of an arrow; `else` where the other guards of that event failed. */
function labelsOf(
  shared: readonly TransitionRow[],
  declared: readonly TransitionRow[],
): readonly string[] {
  return [...Map.groupBy(shared, ({ event }) => event)].map(([event, rows]) => {
    const isChoice = declared.some(
      (other) => other.event === event && other.source === rows[0]?.source && other.guard !== null,
    );
    const guards = rows.map(({ guard }) => guard ?? (isChoice ? 'else' : null));
    const named = guards.filter((guard) => guard !== null).join(' / ');
    if (named === '') return event;
    return event === 'always' ? `[${named}]` : `${event} [${named}]`;
  });
}

/** What a config computes at run time; left out, as no JSON can hold it. */
const COMPUTED: ReadonlySet<string> = new Set(['context', 'input', 'output', 'params']);

/**
 * Reduces a machine to plain JSON: states, events, and the names of guards, actions and effects.
 * `createMachine` of XState and Stately's tools take it.
 */
export function toDefinition(machine: AnyStateMachine): Readonly<Record<string, unknown>> {
  return withoutCode(machine.config) as Readonly<Record<string, unknown>>;
}

function withoutCode(value: unknown): unknown {
  if (typeof value === 'function') return INLINE;
  if (Array.isArray(value)) return value.map(withoutCode);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(
    ([key, part]) => !(COMPUTED.has(key) && typeof part === 'function'),
  );
  return Object.fromEntries(kept.map(([key, part]) => [key, withoutCode(part)]));
}
