/** The session machine as a table, as a diagram, and as data. */
import {
  sessionMachine,
  toDefinition,
  toMermaid,
  toStates,
  toTable,
} from '../../../machines/index.ts';
import type { Report } from '../context.ts';
import type { Style } from './style.ts';
import { table } from './table.ts';

/** Reports the machine; the value holds every form of it. */
export function machineReport(form: 'mermaid' | 'table', style: Style): Report {
  const { id, version } = sessionMachine;
  const states = toStates(sessionMachine);
  const transitions = toTable(sessionMachine);
  const mermaid = toMermaid(sessionMachine);
  const definition = toDefinition(sessionMachine);
  return {
    value: { id, version, states, transitions, mermaid, definition },
    text: form === 'mermaid' ? mermaid : tables(states, transitions, style),
  };
}

function tables(
  states: ReturnType<typeof toStates>,
  transitions: ReturnType<typeof toTable>,
  style: Style,
): string {
  const stateRows = states.map(({ path, tags, effects, description }) => [
    path,
    tags.join(' '),
    effects.join(' '),
    description ?? '',
  ]);
  const transitionRows = transitions.map(({ source, event, guard, target }) => [
    source,
    event,
    guard ?? '',
    target ?? '(stays)',
  ]);
  return [
    table(['state', 'tags', 'effects', 'meaning'], stateRows, style),
    table(['from', 'event', 'guard', 'to'], transitionRows, style),
  ].join('\n\n');
}
