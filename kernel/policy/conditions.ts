/** Makes predicates, total and pure, of the conditions of a rule that is data. */
import picomatch from 'picomatch';
import { assertNever } from '../assert.ts';
import type { ArgumentCondition, CallPattern } from '../contract/index.ts';
import { valuesAt } from './pointer.ts';

/** A call as patterns see it. */
export interface SeenCall {
  readonly tool_name: string;
  readonly input: unknown;
}

type Predicate<Value> = (value: Value) => boolean;

/** Whether a call is one of those that the pattern describes. */
export function callPredicate(pattern: CallPattern): Predicate<SeenCall> {
  const isNamed = toolPredicate(pattern.tools);
  const passes = inputPredicate(pattern.arguments);
  return ({ tool_name, input }) => isNamed(tool_name) && passes(input);
}

/** Whether an input passes every condition. */
export function inputPredicate(conditions: readonly ArgumentCondition[]): Predicate<unknown> {
  const predicates = conditions.map(argumentPredicate);
  return (input) => predicates.every((passes) => passes(input));
}

/** Whether one of the patterns names a tool: its name, or the beginning of it and a `*`. */
export function toolPredicate(patterns: readonly string[]): Predicate<string> {
  return (tool_name) =>
    patterns.some((pattern) =>
      pattern.endsWith('*') ? tool_name.startsWith(pattern.slice(0, -1)) : tool_name === pattern,
    );
}

/** Whether a value is text that the glob matches. */
export function globPredicate(glob: string): Predicate<unknown> {
  const isMatch = picomatch(glob, { dot: true, windows: false });
  return (value) => typeof value === 'string' && isMatch(value);
}

/** Every stated test has to pass, each for some value at the pointer. */
function argumentPredicate(condition: ArgumentCondition): Predicate<unknown> {
  const { pointer, ...stated } = condition;
  const tests = (Object.keys(stated) as Test[])
    .filter((test) => stated[test] !== undefined)
    .map((test) => testOf(stated, test));
  return (input) => {
    const values = valuesAt(input, pointer);
    return tests.every((passes) => passes(values));
  };
}

type Stated = Omit<ArgumentCondition, 'pointer'>;
type Test = keyof Stated;

function testOf(stated: Stated, test: Test): Predicate<readonly unknown[]> {
  switch (test) {
    case 'exists':
      return (values) => values.length > 0 === stated.exists;
    case 'equals':
      return some((value) => value === stated.equals);
    case 'not_equals':
      return someOrNone((value) => value !== stated.not_equals);
    case 'in':
      return some((value) => isOneOf(stated.in, value));
    case 'not_in':
      return someOrNone((value) => !isOneOf(stated.not_in, value));
    case 'matches':
      return some(globPredicate(stated.matches ?? ''));
    case 'not_matches': {
      const isMatch = globPredicate(stated.not_matches ?? '');
      return someOrNone((value) => !isMatch(value));
    }
    case 'at_least':
      return some((value) => typeof value === 'number' && value >= (stated.at_least ?? Infinity));
    case 'at_most':
      return some((value) => typeof value === 'number' && value <= (stated.at_most ?? -Infinity));
    default:
      return assertNever(test);
  }
}

function some(passes: Predicate<unknown>): Predicate<readonly unknown[]> {
  return (values) => values.some(passes);
}

/** A test that says what a value is not holds for one that is not there. */
function someOrNone(passes: Predicate<unknown>): Predicate<readonly unknown[]> {
  return (values) => values.length === 0 || values.some(passes);
}

function isOneOf(list: readonly unknown[] | undefined, value: unknown): boolean {
  return list?.includes(value) ?? false;
}
