/**
 * Rules that are data agree with a model of their conditions, written down another way, on every
 * combination of small inputs, pointers and tests, and of what else a rule can look at.
 */
import { describe, expect, test } from 'vitest';
import type { PolicyRequest, RuleDefinition } from '../../kernel/contract/index.ts';
import { ruleDefinition } from '../../kernel/contract/policy-rule.ts';
import { compileRule } from '../../kernel/policy/compile.ts';
import { factOf } from '../../kernel/policy/history.ts';

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

const SCALARS = [1, 2, 'x', 'xy', 'x/y', '', true, null] as const;
const INPUTS: readonly Json[] = [
  {},
  ...SCALARS.map((a) => ({ a })),
  ...SCALARS.map((b) => ({ a: { b } })),
  { a: [] },
  { a: {} },
  { a: ['x', 2] },
  { a: [{ b: 'x' }, { b: 1 }, 'x'] },
  { 'a/b': 'x', '': 1, '~': 2 },
  { constructor: 'x', length: 2 },
];
const POINTERS = [
  ...['/a', '/a/b', '/a/0', '/a/2', '/a/-', '/a/01', '/a/*', '/a/*/b', '/*', '/*/*'],
  ...['/a~1b', '/', '/~0', '/constructor', '/a/constructor', '/a/length', '/__proto__'],
];
const TESTS: readonly Readonly<Record<string, unknown>>[] = [
  { exists: true },
  { exists: false },
  ...SCALARS.flatMap((value) => [{ equals: value }, { not_equals: value }]),
  { in: [1, 'x'] },
  { not_in: [1, 'x'] },
  ...['x', 'x*', '*y', 'x/*', '**'].flatMap((glob) => [{ matches: glob }, { not_matches: glob }]),
  ...[1, 2].flatMap((bound) => [{ at_least: bound }, { at_most: bound }]),
  { at_least: 1, at_most: 1 },
  { exists: true, not_equals: 'x' },
];

/** The places that a pointer leads to, found by asking each place whether it is meant. */
function found(input: Json, pointer: string): readonly Json[] {
  const meant = pointer.split('/').slice(1);
  const visit = (value: Json, depth: number): readonly Json[] => {
    if (depth === meant.length) return [value];
    if (typeof value !== 'object' || value === null) return [];
    return Object.keys(value).flatMap((key) => {
      const name = key.replaceAll('~', '~0').replaceAll('/', '~1');
      const isMeant = meant[depth] === '*' || meant[depth] === name;
      return isMeant
        ? visit((value as { readonly [key: string]: Json })[key] ?? null, depth + 1)
        : [];
    });
  };
  return visit(input, 0);
}

function isLike(value: Json, glob: string): boolean {
  const pattern = glob.replace('**', '.+').replace(/(?<!\.)\*/g, '[^/]*');
  return typeof value === 'string' && value !== '' && new RegExp(`^${pattern}$`).test(value);
}

/** Whether one test passes, in the words of its description. */
function passes(values: readonly Json[], name: string, bound: unknown): boolean {
  const some = (holds: (value: Json) => boolean): boolean => values.some(holds);
  const absentOrSome = (holds: (value: Json) => boolean): boolean =>
    values.length === 0 || some(holds);
  const isNumber = (value: Json): value is number => typeof value === 'number';
  const model: Readonly<Record<string, () => boolean>> = {
    exists: () => bound === values.length > 0,
    equals: () => some((value) => value === bound),
    not_equals: () => absentOrSome((value) => value !== bound),
    in: () => some((value) => (bound as readonly unknown[]).includes(value)),
    not_in: () => absentOrSome((value) => !(bound as readonly unknown[]).includes(value)),
    matches: () => some((value) => isLike(value, String(bound))),
    not_matches: () => absentOrSome((value) => !isLike(value, String(bound))),
    at_least: () => some((value) => isNumber(value) && value >= Number(bound)),
    at_most: () => some((value) => isNumber(value) && value <= Number(bound)),
  };
  return model[name]?.() ?? false;
}

const rule = (rest: object): RuleDefinition =>
  ruleDefinition.parse({ id: 'rule', decision: 'deny', tools: ['files:read'], ...rest });

const REQUEST: PolicyRequest = {
  ...{ trigger: 'on_tool_request', run_id: 'run-1', tool_name: 'files:read' },
};

describe('conditions on arguments', () => {
  test.each(POINTERS)('at %s', (pointer) => {
    const different: unknown[] = [];
    for (const stated of TESTS) {
      const definition = rule({ when: { arguments: [{ pointer, ...stated }] } });
      const { when } = compileRule(definition);
      for (const input of INPUTS) {
        const values = found(input, pointer);
        const expected = Object.entries(stated).every(([name, bound]) =>
          passes(values, name, bound),
        );
        const request = { ...REQUEST, tool_arguments: input as Record<string, unknown> };
        if (when?.(request) !== expected) different.push({ stated, input, expected });
      }
    }
    expect(different.slice(0, 3)).toEqual([]);
  });
});

const WROTE = { tools: ['files:write'], arguments: [] };
const SENT = { tools: ['email:*'], arguments: [] };
const HISTORIES = [[], [WROTE], [SENT], [WROTE, SENT]];
const PARTS = ['arguments', 'origin', 'history'] as const;

/** What a rule may state, and what a request may be, for each thing that a rule can look at. */
const STATED = {
  tools: [['files:read'], ['files:*'], ['email:*', 'files:r*'], ['files:re'], ['files:rx*']],
  intents: [undefined, ['reading'], ['mailing', 'reading']],
  lanes: [undefined, ['slow']],
  tasks: [undefined, ['task-*'], ['other']],
  origin: [undefined, 'session', 'host'],
  after: [[], [WROTE], [WROTE, SENT]],
  unless_after: [[], [SENT]],
} as const;

function* everyOne<Choices extends Readonly<Record<string, readonly unknown[]>>>(
  choices: Choices,
): Generator<{ readonly [Key in keyof Choices]: Choices[Key][number] }> {
  const [name, ...rest] = Object.keys(choices);
  if (name === undefined) {
    yield {} as never;
    return;
  }
  const others = Object.fromEntries(rest.map((key) => [key, choices[key] ?? []]));
  for (const value of choices[name] ?? []) {
    for (const other of everyOne(others)) yield { [name]: value, ...other } as never;
  }
}

const REQUESTS = [
  ...everyOne({
    intent: [undefined, 'reading'],
    lane_id: [undefined, 'slow'],
    task_id: [undefined, 'task-1'],
    isSession: [true, false],
    history: HISTORIES,
    unknown: [undefined, ...PARTS.map((part) => [part])],
  }),
];
type Asked = (typeof REQUESTS)[number];
type Stated = { readonly [Key in keyof typeof STATED]: (typeof STATED)[Key][number] };

function modelHit(stated: Stated, asked: Asked, lets: boolean): boolean {
  const isUnknown = (part: (typeof PARTS)[number]) => asked.unknown?.includes(part) === true;
  const open = (part: (typeof PARTS)[number], isStated: boolean, holds: boolean): boolean =>
    !isStated || (isUnknown(part) ? lets : holds);
  const { intents, lanes, tasks, origin, after, unless_after } = stated;
  const among = (names: readonly string[] | undefined, name: string | undefined): boolean =>
    names === undefined || (name !== undefined && names.includes(name));
  const done = (pattern: object): boolean => asked.history.includes(pattern as never);
  return (
    stated.tools.some(
      (tool) => tool === 'files:read' || ['*', 'files:*', 'files:r*'].includes(tool),
    ) &&
    among(intents, asked.intent) &&
    among(lanes, asked.lane_id) &&
    (tasks === undefined || (asked.task_id !== undefined && tasks[0] === 'task-*')) &&
    open('origin', origin !== undefined, (origin === 'session') === asked.isSession) &&
    open('history', after.length > 0, after.every(done)) &&
    open('history', unless_after.length > 0, !unless_after.some(done))
  );
}

test.each(['deny', 'allow'] as const)('all else that a rule can look at, for %s', (decision) => {
  const different: unknown[] = [];
  for (const stated of everyOne(STATED)) {
    const { tools, ...when } = stated;
    const compiled = compileRule(rule({ decision, tools, when }));
    for (const asked of REQUESTS) {
      const { intent, lane_id, task_id, isSession, history, unknown } = asked;
      const request = {
        ...{ ...REQUEST, lane_id, task_id, unknown },
        execution_metadata: { agent_intent: intent, agent_session_call: isSession },
        history: new Set(history.map(factOf)),
      };
      const expected = modelHit(stated, asked, decision === 'allow');
      if (compiled.when?.(request) !== expected) different.push({ stated, asked, expected });
    }
  }
  expect(different.slice(0, 3)).toEqual([]);
});
