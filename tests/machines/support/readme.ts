/** Writes machines/README.md: the charts as they are, for people. */
import type { AnyStateMachine } from 'xstate';
import { toMermaid, toStates, toTable } from '../../../machines/index.ts';
import { markdownTable } from '../../tidy/generate/error-table.ts';

const INTRODUCTION = `# machines

The charts: who may move next, and on what. They do no input or output. What has to be done they
name as effects: slots that a host fills with \`machine.provide({ actors })\`. With empty slots they
can still be drawn, walked through and restored. Time is an event (\`wakeup.due\`), never a timer
of the machine, so a saved session waits on disk for as long as it has to.

State keys, context keys and event types are what is saved: a change of one raises the machine's
version and gets its step in \`session/session.upcasts.ts\`. \`tests/machines\` walks every path and
requires that no rule breaks on any of them and that each transition below is taken.

This file is generated: \`UPDATE=1 npx vitest run tests/machines\` writes it.`;

const ORDER = `A transition whose guard fails leaves the event to the one below it. Those of the
machine itself hold in every state.`;

const code = (text: string): string => `\`${text}\``;
const codes = (texts: readonly string[]): string => texts.map(code).join(', ');

/** The whole document. */
export function readme(machines: readonly AnyStateMachine[]): string {
  return [INTRODUCTION, ...machines.map(chapter)].join('\n\n') + '\n';
}

function chapter(machine: AnyStateMachine): string {
  return [
    `## ${machine.id}, version ${machine.version}`,
    machine.root.description ?? '',
    `\`\`\`mermaid\n${toMermaid(machine)}\`\`\``,
    `### States\n\n${states(machine)}`,
    `### Effects\n\n${effects(machine)}`,
    `### Events\n\n${events(machine)}`,
    `### Transitions\n\n${ORDER}`,
    transitions(machine),
  ].join('\n\n');
}

function states(machine: AnyStateMachine): string {
  const rows = toStates(machine).map(({ path, tags, effects, description }) => [
    code(path),
    codes(tags),
    codes(effects),
    description ?? '',
  ]);
  return markdownTable([['state', 'tags', 'runs', 'what it is for'], ...rows]);
}

function effects(machine: AnyStateMachine): string {
  const running = toStates(machine).filter((state) => state.effects.length > 0);
  const rows = running.map(({ path, effects, description }) => [
    codes(effects),
    code(path),
    description ?? '',
  ]);
  return markdownTable([['effect', 'runs in', 'what it does'], ...rows]);
}

function events(machine: AnyStateMachine): string {
  const sent = toTable(machine).filter(
    ({ event }) => /^[a-z_.]+$/.test(event) && event !== 'always',
  );
  const rows = [...Map.groupBy(sent, ({ event }) => event)]
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([event, takers]) => [
      code(event),
      codes([...new Set(takers.map(({ source }) => source))]),
    ]);
  return markdownTable([['event', 'taken in'], ...rows]);
}

function transitions(machine: AnyStateMachine): string {
  const rows = toTable(machine).map(({ source, event, guard, target, actions, description }) => [
    code(source),
    code(event),
    guard === null ? '' : code(guard),
    target === null ? 'stays' : code(target),
    codes(actions),
    description ?? '',
  ]);
  return markdownTable([['in', 'on', 'if', 'goes to', 'and does', 'why'], ...rows]);
}
